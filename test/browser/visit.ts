import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { launchChromium } from './chromium.ts';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');

export interface Visit {
  readonly page: Page;
  /** Opens a path of the dashboard and waits until nothing loads any more. */
  readonly open: (path: string) => Promise<void>;
  /** What axe-core has against what is shown, one line each. */
  readonly violations: () => Promise<string[]>;
  /** Takes messages of the browser that match for what the test wants. */
  readonly expectComplaint: (message: RegExp) => void;
  /** Leaves a picture for a person to look at. */
  readonly picture: (name: string) => Promise<void>;
}

/** One browser for the tests of a file; each visit has a page of its own. `site`: the dashboard that is visited. */
export function useBrowser(
  site: () => string = () => inject('url'),
): <T>(options: BrowserContextOptions, test: (visit: Visit) => Promise<T>) => Promise<T> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  return async (options, test) => {
    if (browser === undefined) throw new Error('the browser is up only while tests run');
    const context = await browser.newContext(options);
    try {
      return await visited(await context.newPage(), site(), test);
    } finally {
      await context.close();
    }
  };
}

/** Runs a test on a page, and holds that nothing was complained of and nothing left the machine. */
async function visited<T>(page: Page, url: string, test: (visit: Visit) => Promise<T>): Promise<T> {
  const complaints: string[] = [];
  const wanted: RegExp[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !/^(?:data|blob):/.test(address)) complaints.push(`left: ${address}`);
  });
  const result = await test({
    page,
    open: async (path) => {
      await page.goto(new URL(path, url).href);
      await settled(page);
    },
    violations: async () => {
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
      return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ''}`);
    },
    expectComplaint: (message) => wanted.push(message),
    picture: async (name) => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    },
  });
  expect(complaints.filter((text) => !wanted.some((message) => message.test(text)))).toEqual([]);
  for (const message of wanted) expect(complaints.some((text) => message.test(text))).toBe(true);
  return result;
}

/** Until the page has stopped loading and every chart is drawn. */
export async function settled(page: Page): Promise<void> {
  // What an address changes is drawn, and asked for, within a frame or two.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
  await page.waitForFunction(() => {
    const busy = document.querySelector('.loading, [aria-busy="true"]');
    const drawings = [...document.querySelectorAll('figure.chart .drawing')];
    return (
      document.querySelector('main')?.firstElementChild != null &&
      busy === null &&
      drawings.every((drawing) => drawing.querySelector('svg, canvas, .note') !== null)
    );
  });
}
