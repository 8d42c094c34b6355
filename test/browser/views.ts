import type { Page } from 'playwright-core';

/** The addresses of all views of a sweep, as its tabs have them. */
export function viewPaths(page: Page): Promise<string[]> {
  return page
    .locator('nav[aria-label="Views of the sweep"] a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
}

/** A path as a file's name. */
export function nameOf(path: string): string {
  return path.replace(/^\//, '').replaceAll(/[^A-Za-z0-9]+/g, '-') || 'sweeps';
}
