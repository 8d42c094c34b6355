// How long the dashboard's views take to open over a large sweep, in Chromium: npm run bench:dashboard
import { join } from 'node:path';
import { largeSweep } from '../../packages/query/bench/large-sweep.mjs';
import { benchOptions, median } from './bench.mjs';
import { pageProcessor, startChromium, startDashboard, whole } from './dashboard-page.mjs';

const usage = `npm run bench:dashboard -- [--rows N] [--rounds N] [--json]

Seconds until each view of a sweep of 1,000 checkpoints is whole: from the address to the last chart drawn, in a new page,
and the processor time of the server meanwhile. The dashboard is started anew for each round and has 2.5 s for that, so the first view finds
its processes and nothing else prepared.

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

/** By view, of each round. @type {Record<string, { clock: number, page: number, server: number }[]>} */
const taken = Object.fromEntries(VIEWS.map((view) => [view, []]));
try {
  for (let round = 0; round < Number(options.rounds); round++) {
    const { url, stop, processor } = await startDashboard(store);
    try {
      for (const view of VIEWS) {
        const before = processor();
        const opened = await open(`${url}sweeps/bench${view}`);
        taken[view].push({ ...opened, server: processor() - before });
      }
    } finally {
      stop();
    }
  }
} finally {
  await browser.close();
}
const result = VIEWS.map((view) => {
  const of = (/** @type {'clock' | 'page' | 'server'} */ what) =>
    median(taken[view].map((round) => round[what]));
  const slowest = Math.max(...taken[view].map(({ clock }) => clock));
  return {
    view: view.slice(1) || 'overview',
    clock: of('clock'),
    slowest,
    page: of('page'),
    server: of('server'),
  };
});
for (const { view, ...figures } of result) {
  const { clock, slowest, page, server } = figures;
  const [told, most, own, its] = [clock, slowest, page, server].map((value) => value.toFixed(2));
  process.stdout.write(
    `${view.padEnd(14)}${told} s, slowest ${most} s; processor: page ${own} s, server ${its} s\n`,
  );
}
if (options.json)
  process.stdout.write(
    `${JSON.stringify(Object.fromEntries(result.map(({ view, ...figures }) => [view, figures])))}\n`,
  );

/** Opens a view in a page of its own: seconds until nothing loads and every chart is drawn, and of these the page's own thread's. */
async function open(address) {
  const page = await browser.newPage();
  const processor = await pageProcessor(page);
  const started = performance.now();
  await page.goto(address);
  await whole(page);
  const clock = (performance.now() - started) / 1000;
  const own = await processor();
  const refused = await page
    .locator('main .notice')
    .first()
    .innerText({ timeout: 1 })
    .catch(() => '');
  if (refused !== '') throw new Error(`${address}: nothing was drawn: ${refused}`);
  await page.close();
  return { clock, page: own };
}
