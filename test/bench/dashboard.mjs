// How long the dashboard's views take to open over a large sweep, in Chromium: npm run bench:dashboard
import { join } from 'node:path';
import { largeSweep } from '../../packages/query/bench/large-sweep.mjs';
import { benchOptions, median } from './bench.mjs';
import { startChromium, startDashboard, whole } from './dashboard-page.mjs';

const usage = `npm run bench:dashboard -- [--rows N] [--rounds N] [--json]

Seconds until each view of a sweep of 1,000 checkpoints is whole: from the address to the last chart drawn, in a new page.
The dashboard is started anew for each round, so the first view finds nothing prepared.

  --rows N     of its units tables, 10,000 a checkpoint; default 10,000,000
  --rounds N   default 3; medians, and the slowest
  --json       end with one line of JSON
Chromium: UNITSCOPE_CHROMIUM, else the one on PATH.
`;
const options = benchOptions(usage, {
  rows: { type: 'string', default: '10000000' },
  rounds: { type: 'string', default: '3' },
});

const root = join(import.meta.dirname, '..', '..');
const store = await largeSweep(join(root, '.cache', 'bench-query'), Number(options.rows));
const VIEWS = ['', '/trend', '/depth', '/distribution', '/heatmap', '/unit', '/compare', '/sql'];
const browser = await startChromium();

/** @type {Record<string, number[]>} */
const seconds = Object.fromEntries(VIEWS.map((view) => [view, []]));
try {
  for (let round = 0; round < Number(options.rounds); round++) {
    const { url, stop } = await startDashboard(store);
    try {
      for (const view of VIEWS) seconds[view].push(await open(`${url}sweeps/bench${view}`));
    } finally {
      stop();
    }
  }
} finally {
  await browser.close();
}
const result = Object.fromEntries(VIEWS.map((view) => [view.slice(1) || 'overview', median(seconds[view])]));
for (const view of VIEWS) {
  const name = (view.slice(1) || 'overview').padEnd(14);
  const slowest = Math.max(...seconds[view]).toFixed(2);
  process.stdout.write(`${name}${median(seconds[view]).toFixed(2)} s, slowest ${slowest} s\n`);
}
if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);

/** Opens a view in a page of its own; seconds until nothing loads and every chart is drawn. */
async function open(address) {
  const page = await browser.newPage();
  const started = performance.now();
  await page.goto(address);
  await whole(page);
  const taken = (performance.now() - started) / 1000;
  const refused = await page
    .locator('main .notice')
    .first()
    .innerText({ timeout: 1 })
    .catch(() => '');
  if (refused !== '') throw new Error(`${address}: nothing was drawn: ${refused}`);
  await page.close();
  return taken;
}
