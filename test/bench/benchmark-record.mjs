import { appendFileSync, readFileSync } from 'node:fs';

/** A ratio that is so many times worse than before is a step back. */
export const TOLERANCE = 1.5;
/** Of the records before it, so many are compared. */
const COMPARED = 5;

/** The records of a file of one JSON object a line, oldest first. */
export function readRecords(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export function appendRecords(path, records) {
  appendFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

/**
 * A record beside the median of the last five of the same figure, extent and type of machine; where that type has none, of
 * any: `different` then. `times` is how many times worse it is (below 1: better); null where there is nothing to compare.
 */
export function compared(record, earlier) {
  const alike = earlier.filter(({ figure, quick }) => figure === record.figure && quick === record.quick);
  const own = alike.filter(({ machine }) => machine === record.machine);
  const last = (own.length > 0 ? own : alike).slice(-COMPARED).map(({ ratio }) => ratio);
  if (last.length === 0) return { times: null, median: null, different: false };
  const median = medianOf(last);
  const times = record.better === 'lower' ? record.ratio / median : median / record.ratio;
  return { times, median, different: own.length === 0 };
}

export function medianOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
