// The dashboard over a store, and its pages in Chromium.
import { spawn } from 'node:child_process';
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

/** Where the dashboard over a store answers, with a slash at the end, and what ends it. */
export async function startDashboard(/** @type {string} */ store) {
  const bin = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'dist', 'bin.js');
  const args = [bin, 'dashboard', '--store', store, '--port', '0', '--no-temporal', '--json'];
  const dashboard = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((resolve, reject) => {
    dashboard.stdout.once('data', (text) => resolve(String(text)));
    dashboard.once('exit', (code) => reject(new Error(`the dashboard ended with ${code}`)));
  });
  return { url: JSON.parse(line).url, stop: () => dashboard.kill() };
}

/** Resolves when nothing loads and every chart of the page is drawn. */
export async function whole(/** @type {import('playwright-core').Page} */ page) {
  await page.waitForFunction(() => {
    const drawings = [...document.querySelectorAll('figure.chart .drawing')];
    return (
      (document.querySelector('main')?.firstElementChild ?? null) !== null &&
      document.querySelector('.loading, [aria-busy="true"]') === null &&
      drawings.every((drawing) => drawing.querySelector('svg, canvas, .note') !== null)
    );
  });
}
