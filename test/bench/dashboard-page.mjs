// The dashboard over a store, and its pages in Chromium.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { onPath } from '../../infra/supervised-process.mjs';

/** The Chromium of UNITSCOPE_CHROMIUM, else the one on PATH. */
export function startChromium() {
  return chromium.launch({
    executablePath: process.env.UNITSCOPE_CHROMIUM || onPath('chromium') || onPath('google-chrome'),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

/** The processes that read results have started by then. */
const STARTED_MS = 2500;

/** Where the dashboard over a store answers, with a slash at the end, the processor time that it took, in seconds, and what ends it. */
export async function startDashboard(/** @type {string} */ store) {
  const bin = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'dist', 'bin.js');
  const args = [bin, 'dashboard', '--store', store, '--port', '0', '--no-temporal', '--json'];
  const dashboard = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    dashboard.stdout.once('data', (text) => resolve(String(text)));
    dashboard.once('exit', (code) => reject(new Error(`the dashboard ended with ${code}`)));
  });
  await new Promise((resolve) => setTimeout(resolve, STARTED_MS));
  return {
    url: JSON.parse(line).url,
    processor: () => processorOf(dashboard.pid ?? 0),
    stop: () => dashboard.kill(),
  };
}

/** Processor seconds of a process and those that it started; NaN where the system does not tell it in /proc. */
function processorOf(/** @type {number} */ root) {
  /** @type {Map<number, { parent: number, seconds: number }>} */
  const processes = new Map();
  try {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const state = stateOf(name);
      if (state !== null) processes.set(Number(name), state);
    }
  } catch {
    return NaN;
  }
  const isOwn = (/** @type {number} */ pid) => {
    const parent = processes.get(pid)?.parent ?? 0;
    return pid === root || parent === root || (parent > 1 && isOwn(parent));
  };
  return [...processes].reduce((sum, [pid, { seconds }]) => sum + (isOwn(pid) ? seconds : 0), 0);
}

/** /proc counts in hundredths of a second. */
function stateOf(/** @type {string} */ pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return null; // ended meanwhile
  }
}

/** What a page's own thread has taken of the processor so far, in seconds: script, style, layout and paint. */
export async function pageProcessor(/** @type {import('playwright-core').Page} */ page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
}

/** So often a page is looked at: at every frame it would be drawn anew for that alone. */
const POLLING_MS = 20;

/** Resolves when nothing loads and every chart of the page is drawn. */
export async function whole(/** @type {import('playwright-core').Page} */ page) {
  const isWhole = () => {
    const drawings = [...document.querySelectorAll('figure.chart .drawing')];
    return (
      (document.querySelector('main')?.firstElementChild ?? null) !== null &&
      document.querySelector('.loading, [aria-busy="true"]') === null &&
      drawings.every((drawing) => drawing.querySelector('svg, canvas, .note') !== null)
    );
  };
  await page.waitForFunction(isWhole, undefined, { polling: POLLING_MS });
}
