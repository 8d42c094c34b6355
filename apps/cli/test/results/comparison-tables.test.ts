import { expect, test } from 'vitest';
import { UNITS_DIED, type OutcomeRow } from '@unitscope/plots';
import { outcomeTable, outcomeWords } from '../../src/results/comparison-tables.js';

const row = (name: string, rest: Partial<OutcomeRow> = {}): OutcomeRow => ({
  ...{ name, runs_a: 2, runs_b: 2, mean_a: 0.694, mean_b: 0.76851, difference: 0.07451 },
  ...{ low: -0.1481, high: 0.2971, p: 1 / 3, q: 1 / 3, untested: null },
  ...rest,
});
const notes = { words: 'Each training is one value.' };

test('outcomes beside H are rounded to what they tell, and say over how many trainings they are where that differs', () => {
  const died = row(UNITS_DIED, { mean_a: 0.5, mean_b: 13, difference: 12.5, low: 5.581, high: 19.419 });
  expect(outcomeTable({ rows: [row('held_out_accuracy'), died], notes })).toEqual({
    header: ['', 'A', 'B', 'B − A', '95 %', 'p', 'q'],
    rows: [
      ['held_out_accuracy', '0.694', '0.769', '0.075', '[-0.148, 0.297]', '0.333', '0.333'],
      [UNITS_DIED, '0.5', '13.0', '12.5', '[5.6, 19.4]', '0.333', '0.333'],
    ],
  });
  const { header, rows } = outcomeTable({ rows: [row('loss', { runs_b: 1 }), died], notes });
  expect(header[3]).toBe('trainings');
  expect(rows.map((cells) => cells[3])).toEqual(['2, 1', '2, 2']);
});

test('why there is no p is said once', () => {
  const untested = row('loss', { p: null, untested: 'one training on a side' });
  expect(outcomeWords({ rows: [untested, untested, row('accuracy')], notes })).toBe(
    'Each training is one value. No p: one training on a side.',
  );
  expect(outcomeWords({ rows: [row('loss')], notes })).toBe(notes.words);
});
