import {
  tableFromArrays,
  tableToIPC,
  int64,
  tableFromColumns,
  columnFromArray,
  list,
  float64,
} from '@uwdata/flechette';
import { expect, it } from 'vitest';
import { arrowLog, isArrowFile } from '../../src/resolve/logs/arrow-log.ts';

const bytesOf = (table: Parameters<typeof tableToIPC>[0]): Uint8Array =>
  tableToIPC(table, { format: 'file' }) ?? new Uint8Array();

it('reads numbers, texts, truths and gaps of an Arrow file', () => {
  const bytes = bytesOf(
    tableFromArrays({
      step: [0, 1, 2],
      margin: [0.5, null, -1],
      run: ['a', 'b', null],
      best: [true, false, null],
    }),
  );
  expect(isArrowFile(bytes)).toBe(true);
  expect(isArrowFile(new TextEncoder().encode('step,loss\n'))).toBe(false);
  const { columns, rows } = arrowLog('measures.arrow', bytes);
  expect(columns).toEqual(['step', 'margin', 'run', 'best']);
  expect(rows).toEqual([
    { step: 0, margin: 0.5, run: 'a', best: true },
    { step: 1, margin: null, run: 'b', best: false },
    { step: 2, margin: -1, run: null, best: null },
  ]);
});

it('keeps a whole number that no float64 holds as its text', () => {
  const step = columnFromArray([1n, 9007199254740993n], int64());
  const { rows } = arrowLog('m', bytesOf(tableFromColumns({ step })));
  expect(rows.map((row) => row['step'])).toEqual([1, '9007199254740993']);
});

it('refuses lists, and files that are damaged', () => {
  const lists = columnFromArray([[1], [2, 3]], list(float64()));
  expect(() => arrowLog('m', bytesOf(tableFromColumns({ lists })))).toThrow(
    'expected numbers, texts or truths, found others in the column "lists"',
  );
  const bytes = bytesOf(tableFromArrays({ step: [0, 1] }));
  expect(() => arrowLog('m', bytes.subarray(0, bytes.length - 20))).toThrow();
});
