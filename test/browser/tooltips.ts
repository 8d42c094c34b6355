import { runQuery, type SweepResults } from '@unitscope/query';
import type { Page } from 'playwright-core';

export type Told = Readonly<Record<string, string>>;

/** What the tooltip of a page shows, by column. */
export function told(page: Page): Promise<Told> {
  return page
    .locator('.mark-tooltip dd')
    .evaluateAll((values) =>
      Object.fromEntries(
        values.map((value) => [(value as HTMLElement).dataset['column'] ?? '', value.textContent]),
      ),
    );
}

/** What `unitscope query` prints, by the texts of the first columns. */
export async function printed(
  results: SweepResults,
  sql: string,
  keys: number,
): Promise<Map<string, string[]>> {
  const rows = (await runQuery([results], sql)).rows();
  const text = (value: unknown): string =>
    typeof value === 'number' && !Number.isInteger(value)
      ? String(Number(value.toPrecision(6)))
      : String(value);
  return new Map(rows.map((row) => [row.slice(0, keys).map(String).join(' '), row.slice(keys).map(text)]));
}
