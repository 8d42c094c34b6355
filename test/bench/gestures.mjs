// How long a gesture over a chart of a large sweep takes, in Chromium: npm run bench:gestures
import { join } from 'node:path';
import { largeSweep } from '../../packages/query/bench/large-sweep.mjs';
import { benchOptions, median } from './bench.mjs';
import { pageProcessor, startChromium, startDashboard, whole } from './dashboard-page.mjs';

const usage = `npm run bench:gestures -- [--rows N] [--rounds N] [--json]

Seconds from a gesture over a chart of a sweep of 1,000 checkpoints until the page shows what comes of it, answers of the server included,
and the processor time of the page's own thread and of the server meanwhile.

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
const browser = await startChromium();
const { url, stop, processor } = await startDashboard(store);
/** By gesture, of each round. @type {Map<string, { clock: number, page: number, server: number }[]>} */
const taken = new Map();
try {
  for (let round = 0; round < Number(options.rounds); round++) await gestures(round);
} finally {
  stop();
  await browser.close();
}
const medians = [...taken].map(([name, rounds]) => {
  const of = (/** @type {'clock' | 'page' | 'server'} */ what) => median(rounds.map((round) => round[what]));
  const slowest = Math.max(...rounds.map(({ clock }) => clock));
  return { name, clock: of('clock'), slowest, page: of('page'), server: of('server') };
});
for (const { name, clock, slowest, page, server } of medians) {
  const [told, most, own, its] = [clock, slowest, page, server].map((value) => value.toFixed(2));
  process.stdout.write(
    `${name.padEnd(40)}${told} s, slowest ${most} s; processor: page ${own} s, server ${its} s\n`,
  );
}
if (options.json) {
  const clocks = Object.fromEntries(medians.map(({ name, ...figures }) => [name, figures]));
  process.stdout.write(`${JSON.stringify(clocks)}\n`);
}

/** Each gesture once. Rounds differ in what they choose, so that no answer is there already. */
async function gestures(/** @type {number} */ round) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const { open, timed, point, drag, answered, before, drawnAnew } = handOn(page, await pageProcessor(page));
  const listed = () => page.locator('table[data-table="Units chosen"] tbody tr').first().waitFor();
  const shift = round / 50;

  await open('trend');
  await point('point at a mark of the trend', 40 + round);
  await timed('isolate a layer of the trend', async () => {
    await page.locator('.drawing g[role="button"]').nth(2).click();
    await page.locator('[data-off]').first().waitFor({ state: 'attached' });
  });
  await timed('brush the trend: other steps', async () => {
    await drag([0.2 + shift, 0.2, 0.5, 0.3], 'steps');
    await drawnAnew();
  });
  await open('depth');
  await timed('brush depth: other layers', async () => {
    await drag([0.2, 0.4, 0.6, 0.5], 'layer');
    await drawnAnew();
  });
  await open('depth');
  await before();
  await timed('choose a layer of the network', async () => {
    await page.locator('.network-layer').nth(3).click();
    await answered('layer');
    await drawnAnew();
  });
  await open('scatter');
  await timed('brush the scatter: units listed', async () => {
    await drag([0.05 + shift / 5, 0.2, 0.15, 0.35], 'eps');
    await listed();
  });
  await open('distribution');
  await timed('brush the distribution: units listed', async () => {
    await drag([0.3 + shift, 0.5, 0.5, 0.52], 'h');
    await listed();
  });
  await open('heatmap');
  await point('point at a cell of the heatmap', 1000 + round);
  await page.close();
}

/** What a hand does on a page, and what it waits for. */
function handOn(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {() => Promise<number>} */ pageSeconds,
) {
  const open = async (/** @type {string} */ view) => {
    await page.goto(`${url}sweeps/bench/${view}`);
    await whole(page);
  };
  const timed = async (/** @type {string} */ name, /** @type {() => Promise<void>} */ gesture) => {
    const [pageBefore, serverBefore] = [await pageSeconds(), processor()];
    const started = performance.now();
    await gesture();
    const clock = (performance.now() - started) / 1000;
    const round = { clock, page: (await pageSeconds()) - pageBefore, server: processor() - serverBefore };
    taken.set(name, [...(taken.get(name) ?? []), round]);
  };
  const point = async (/** @type {string} */ name, /** @type {number} */ at) => {
    const mark = page.locator('.drawing [data-row]').nth(at);
    await mark.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await boxOf(mark);
    await timed(name, async () => {
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.locator('.mark-tooltip').waitFor();
      await page.locator('[data-link="same"]').first().waitFor({ state: 'attached' });
    });
  };
  const drag = async (/** @type {number[]} */ [fromX, fromY, toX, toY], /** @type {string} */ asked) => {
    const chart = page.locator('.drawing svg').first();
    // What is dragged over is in the middle of the screen, also of a chart that is higher than it.
    await chart.evaluate((element, part) => {
      const { top, height } = element.getBoundingClientRect();
      window.scrollBy(0, top + part * height - window.innerHeight / 2);
    }, fromY);
    await before();
    const { x, y, width, height } = await boxOf(chart);
    await page.mouse.move(x + fromX * width, y + fromY * height);
    await page.mouse.down();
    await page.mouse.move(x + toX * width, y + toY * height, { steps: 4 });
    await page.mouse.up();
    await answered(asked);
  };
  const answered = async (/** @type {string} */ asked) => {
    await page.waitForURL((address) => address.searchParams.has(asked));
    await whole(page);
  };
  // The page says only a moment after the address that it loads: a chart that is to be another one is waited for.
  const before = () =>
    page
      .locator('.drawing svg')
      .evaluateAll((charts) => charts.forEach((chart) => chart.setAttribute('data-before', '')));
  const drawnAnew = async () => {
    await page.locator('.drawing svg[data-before]').first().waitFor({ state: 'detached' });
    await whole(page);
  };
  return { open, timed, point, drag, answered, before, drawnAnew };
}

async function boxOf(/** @type {import('playwright-core').Locator} */ locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('what is pointed at is not shown');
  return box;
}
