// How long the dashboard's views take to open over a large sweep, in Chromium: npm run bench:dashboard
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { onPath } from '../../infra/supervised-process.mjs';
import { largeSweep } from '../../packages/query/bench/large-sweep.mjs';
import { benchOptions, median } from './bench.mjs';

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
const browser = await chromium.launch({
  executablePath: process.env.UNITSCOPE_CHROMIUM || onPath('chromium') || onPath('google-chrome'),
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});

/** @type {Record<string, number[]>} */
const seconds = Object.fromEntries(VIEWS.map((view) => [view, []]));
try {
  for (let round = 0; round < Number(options.rounds); round++) {
    const { url, stop } = await startDashboard();
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

async function startDashboard() {
  const bin = join(root, 'apps', 'cli', 'dist', 'bin.js');
  const args = [bin, 'dashboard', '--store', store, '--port', '0', '--no-temporal', '--json'];
  const dashboard = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    dashboard.stdout.once('data', (text) => resolve(String(text)));
    dashboard.once('exit', (code) => reject(new Error(`the dashboard ended with ${code}`)));
  });
  return { url: JSON.parse(line).url, stop: () => dashboard.kill() };
}

/** Opens a view in a page of its own; seconds until nothing loads and every chart is drawn. */
async function open(address) {
  const page = await browser.newPage();
  const started = performance.now();
  await page.goto(address);
  await page.waitForFunction(() => {
    const drawings = [...document.querySelectorAll('figure.chart .drawing')];
    return (
      (document.querySelector('main')?.firstElementChild ?? null) !== null &&
      document.querySelector('.loading, [aria-busy="true"]') === null &&
      drawings.every((drawing) => drawing.querySelector('svg, canvas, .note') !== null)
    );
  });
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
