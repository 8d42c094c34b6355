// `npm run demo`: trains a CNN on real digits, sweeps its checkpoints, shows feature entropy beside the loss.
// What is there already is not done again.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { trendChart, trendModel, trendText } from '@unitscope/plots';
import { readResults } from './results.mjs';
import { train } from './train.mjs';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const shown = (path) => relative(process.cwd(), path) || '.';
const started = performance.now();

// The spec reads checkpoints/log.csv, which is written last: without it the training did not end.
const checkpoints = join(here, 'checkpoints');
const last = join(checkpoints, 'step-0512.onnx');
if (!existsSync(last) || !existsSync(join(checkpoints, 'log.csv'))) {
  console.error('1. Training a CNN of four convolutions on 10,000 digits (half a minute) …');
  const unfinished = `${checkpoints}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await train(unfinished, ({ step, loss, accuracy }) =>
    console.error(
      `   step ${String(step).padStart(3)}: loss ${loss.toFixed(3)}, accuracy ${accuracy.toFixed(3)}`,
    ),
  );
  await rm(checkpoints, { recursive: true, force: true });
  await rename(unfinished, checkpoints);
} else {
  console.error(`1. The checkpoints are there already: ${shown(checkpoints)}`);
}

const spec = join(here, 'sweep.yaml');
console.error(`2. unitscope sweep ${shown(spec)}`);
const cli = join(root, 'apps', 'cli', 'dist', 'bin.js');
const { status } = spawnSync(process.execPath, [cli, 'sweep', spec, '--replace'], {
  stdio: ['ignore', 2, 2],
});
if (status !== 0) process.exit(status ?? 1);

const store = join(root, '.unitscope');
const results = join(store, 'sweeps', 'demo', 'results');
const { trend: found, layers, checkpoints: steps } = await readResults(store, 'demo');
const fixed = (value, digits) => (value === null ? '' : value.toFixed(digits));

console.log(
  '\nMean over categories and sensitive units: H in nats, ε, and H against noise\nof the same map size.\n',
);
const MEASURES = [
  ['H', ({ entropy }) => fixed(entropy, 3)],
  ['ε', (row) => fixed(row.selective_rate, 2)],
  ['H/noise', ({ relative: share }) => fixed(share, 3)],
];

/** The steps with these measures of each layer. */
function tableOf(measures) {
  const titles = (name) =>
    measures.length === 1 ? [name] : measures.map(([title], i) => (i === 0 ? `${name}: ${title}` : title));
  const header = ['step', 'loss', 'acc.', ...layers.flatMap(titles)];
  const rows = steps.map(({ label, accuracy }) => {
    const own = layers.flatMap((layer) =>
      found.rows.filter((row) => row.layer === layer && row.checkpoint === label),
    );
    const [{ step, against: loss }] = own;
    return [
      String(step),
      fixed(loss, 3),
      fixed(accuracy, 3),
      ...own.flatMap((row) => measures.map(([, value]) => value(row))),
    ];
  });
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  return [header, ...rows].map((row) => row.map((cell, i) => cell.padStart(widths[i])).join('  '));
}

// One table where the terminal has room for it, else one a measure.
const columns = process.stdout.columns ?? 80;
const whole = tableOf(MEASURES);
const tables =
  whole[0].length <= columns
    ? [whole]
    : MEASURES.map((measure) => [`${measure[0]} of each layer`, ...tableOf([measure])]);
console.log(tables.map((lines) => lines.join('\n')).join('\n\n'));

const model = trendModel(found, { sweep: 'demo', definition: 'code' });
const trend = {
  ...model,
  title: 'Feature entropy while a CNN learns digits',
  subtitle:
    'Mean over 10 digits × 100 training images; bands: 95 % bootstrap intervals over units. All maps are 14×14.',
  panels: model.panels.map((panel) =>
    panel.label === 'loss' ? { ...panel, label: 'training loss (nats)' } : panel,
  ),
};
const picture = join(here, 'trend.svg');
await writeFile(picture, await trendChart(trend));
console.log(`\n${trendText(trend, columns)}`);
console.log(`Picture:  ${shown(picture)}
Tables:   ${shown(results)}
          (Arrow: checkpoints.arrow, units/*.arrow, layers/*.arrow)
Took:     ${((performance.now() - started) / 1000).toFixed(0)} s

Next:
  npx unitscope layers ${shown(last)}
  npx unitscope init              a sweep.yaml for your own checkpoints
  python3 -c "import polars as pl; \\
    print(pl.read_ipc('${shown(results)}/units/step-0512.arrow'))"
  npx unitscope dashboard         the same in a browser
  npx unitscope report demo       all of it as one page of HTML
  npx unitscope plot demo depth   one of seven charts`);
