import type { Page } from 'playwright-core';

export type ShownRow = Readonly<Record<string, string>>;

/** The rows of a table, full values by column, as they stand in the DOM. */
export async function shownTable(page: Page, caption: string): Promise<ShownRow[]> {
  const region = page.getByRole('region', { name: caption, exact: true });
  await region.waitFor();
  const all = region.getByRole('button', { name: /^Show (?:all|\d+)$/ });
  if (await all.isVisible()) await all.click();
  return region
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        Object.fromEntries(
          [...row.querySelectorAll<HTMLElement>('td')].map((cell) => [
            cell.dataset['column'] ?? '',
            cell.dataset['value'] ?? '',
          ]),
        ),
      ),
    );
}

/** The numbers below a chart, opened by its button. */
export async function chartNumbers(page: Page, chart: string): Promise<ShownRow[]> {
  const figure = page.locator(`figure[data-chart="${chart}"]`);
  await figure.getByRole('button', { name: /^Numbers/ }).click();
  const caption = await figure.locator('h2').innerText();
  return shownTable(page, caption);
}
