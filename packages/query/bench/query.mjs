// `npm run bench:query`: mean entropy by checkpoint and layer over the units tables of a large sweep, as unitscope answers
// it, beside Python polars on the same files. Both sides in turn, `--rounds` times: in one process, asked `--times` times
// (the first is left out), and as a whole process from start to end (`unitscope query … --out answer.csv` beside a script
// that imports polars and asks once). Medians; processor time beside the clock, for a machine with other work.
// --rows 10000000 (10,000 a checkpoint)   --rounds 5   --times 6   --sql "SELECT …" (columns: label, label, h)   --json (last line)
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { largeSweep } from './large-sweep.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '5' },
    times: { type: 'string', default: '6' },
    sql: {
      type: 'string',
      default:
        'SELECT checkpoint, layer, avg(entropy) AS h, count(*) AS n FROM units WHERE sensitive GROUP BY checkpoint, layer',
    },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const root = join(import.meta.dirname, '..', '..', '..');
const store = await largeSweep(join(root, '.cache', 'bench-query'), rows);

const venv = join(root, '.cache', 'python', 'bin', 'python');
const python = existsSync(venv) ? venv : 'python3';
const folder = join(store, 'sweeps/bench/results/units');
const answer = join(tmpdir(), `unitscope-bench-query-${process.pid}.csv`);
const commandLine = [
  join(root, 'apps/cli/bin/unitscope.js'),
  'query',
  'bench',
  values.sql,
  '--store',
  store,
  '--out',
  answer,
];

/** @typedef {{ warm: number[]; processor: number[]; whole: number[]; peak_mb: number; private_mb: number }} Side */
/** @type {Side} */
const ours = { warm: [], processor: [], whole: [], peak_mb: 0, private_mb: 0 };
/** @type {Side} */
const theirs = { warm: [], processor: [], whole: [], peak_mb: 0, private_mb: 0 };
let groups = 0;
const hasPolars = spawnSync(python, ['-c', 'import polars']).status === 0;
for (let round = 0; round < Number(values.rounds); round++) {
  const here = ask(ours, process.execPath, [
    join(import.meta.dirname, 'ask-unitscope.mjs'),
    store,
    values.sql,
    values.times,
  ]);
  groups = here.groups;
  ours.private_mb = Math.max(ours.private_mb, here.private_mb);
  ours.whole.push(timed(process.execPath, commandLine));
  if (!hasPolars) continue;
  const script = join(import.meta.dirname, 'ask_polars.py');
  const there = ask(theirs, python, [script, folder, values.sql, values.times]);
  if (there.groups !== here.groups || Math.abs(there.sum - here.sum) > 1e-6) {
    throw new Error(`the answers differ: ${JSON.stringify({ here, there })}`);
  }
  theirs.whole.push(timed(python, [script, folder, values.sql, '1']));
}
await rm(answer, { force: true });

const line = (name, side) =>
  `${name} ${median(side.warm).toFixed(3)} s (processor ${median(side.processor).toFixed(3)} s), whole process ${median(side.whole).toFixed(3)} s, ${side.peak_mb.toFixed(0)} MB at most`;
console.log(
  `${(rows / 1e6).toFixed(1)} M rows in ${Math.ceil(rows / 10_000)} files, ${groups} groups; medians of ${values.rounds} rounds`,
);
console.log(
  `${line('unitscope    ', ours)}, of which ${ours.private_mb.toFixed(0)} MB are not pages of the files`,
);
console.log(
  hasPolars ? line('Python polars', theirs) : 'Python polars: not there (npm run test:interop sets it up)',
);
const ratio = (part) => (hasPolars ? median(ours[part].map((value, i) => value / theirs[part][i])) : null);
const [over, overProcessor, overWhole] = [ratio('warm'), ratio('processor'), ratio('whole')];
if (hasPolars) {
  console.log(
    `unitscope over Python polars, median of the rounds: ${over.toFixed(2)} (processor ${overProcessor.toFixed(2)}), whole process ${overWhole.toFixed(2)}`,
  );
}
if (values.json) {
  console.log(
    JSON.stringify({
      seconds: median(ours.warm),
      over_polars: over,
      peak_mb: ours.peak_mb,
      processor_over_polars: overProcessor,
      whole_seconds: median(ours.whole),
      whole_over_polars: overWhole,
    }),
  );
}

/** Asks in one process; its median without the first time goes to the side's list. */
function ask(side, program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const report = JSON.parse(stdout);
  side.warm.push(median(report.seconds.slice(1)));
  side.processor.push(report.processor);
  side.peak_mb = Math.max(side.peak_mb, report.peak_mb);
  return report;
}

function timed(program, args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - started) / 1000;
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
