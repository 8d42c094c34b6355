import type { MarkRow } from '@unitscope/plots';
import { ENTRIES, firstKey, PARTS, relation, rowOf, ROWS } from './mark-row.js';

/** All that can be of the same layer, checkpoint, training …: marks, legends, the network's strip, rows of tables. */
const LINKED = `main ${ROWS}, main ${PARTS}, main tbody tr`;

let waiting = 0;

/** Marks everything on the page that is of the same as this row; null: nothing is. `by`: what differs in it stands back. */
export function pointOut(row: MarkRow | null, by?: string): void {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => {
    for (const element of document.querySelectorAll(LINKED)) {
      const link = row === null ? null : relation(row, rowOf(element), by);
      if (link !== null) element.setAttribute('data-link', link);
      else element.removeAttribute('data-link');
    }
  });
}

/** Points out what a row of a table, an entry of a legend or a layer of the strip is of. */
export function followPointing(event: Event): void {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const from = target.closest(`main tbody tr, main ${ENTRIES}, main .network ${ROWS}`);
  if (from !== null) {
    const row = rowOf(from);
    pointOut(row, firstKey(row));
  } else if (target.closest('.drawing') === null) {
    pointOut(null);
  }
}

/** Shows the series of these names alone; of an entry that none of them is, all. */
export function isolate(chart: Element, only: readonly string[]): void {
  const entries = [...chart.querySelectorAll(ENTRIES)];
  const by = legendKey(chart);
  const names = new Set(entries.map((entry) => nameOf(entry)).filter((name) => only.includes(name)));
  for (const entry of entries) entry.setAttribute('aria-pressed', String(names.has(nameOf(entry))));
  for (const mark of chart.querySelectorAll(`${ROWS}, ${PARTS}:not([role])`)) {
    const value = by === undefined ? undefined : rowOf(mark)[by];
    mark.toggleAttribute('data-off', names.size > 0 && value !== undefined && !names.has(String(value)));
  }
}

/** What the entries of a chart's legend differ in; undefined: it has none. */
export function legendKey(chart: Element): string | undefined {
  const entry = chart.querySelector(ENTRIES);
  return entry === null ? undefined : Object.keys(rowOf(entry))[0];
}

/** The series that an entry of a legend stands for. */
export function nameOf(entry: Element): string {
  return String(Object.values(rowOf(entry))[0]);
}
