import { describe, expect, it } from 'vitest';
import { compared, readRecords, type BenchmarkRecord } from '../bench/benchmark-record.mjs';

const record = (ratio: number, over: Partial<BenchmarkRecord> = {}): BenchmarkRecord => ({
  figure: 'fused: vgg16_shaped',
  ratio,
  counterpart: 'a bare forward pass',
  better: 'higher',
  quick: true,
  machine: 'a',
  node: '22.12.0',
  commit: 'abc',
  date: '2026-11-29',
  ...over,
});

describe('a ratio beside those of earlier commits', () => {
  it('is compared with the median of the last five of its machine and extent', () => {
    const earlier = [
      ...[9, 0.9, 0.7, 0.8, 0.1, 0.8].map((ratio) => record(ratio)),
      record(0.2, { machine: 'b' }),
      record(0.2, { quick: false }),
      record(0.2, { figure: 'fused: another' }),
    ];
    expect(compared(record(0.4), earlier)).toEqual({ times: 2, median: 0.8, different: false });
    expect(compared(record(1.6), earlier).times).toBe(0.5);
  });

  it('is worse where it is higher, of what is better lower', () => {
    const lower = { better: 'lower' } as const;
    expect(compared(record(3, lower), [record(2, lower), record(4, lower)]).times).toBe(1);
    expect(compared(record(6, lower), [record(3, lower)]).times).toBe(2);
  });

  it('is beside those of other machines where its own has none, and says so; of a new figure nothing', () => {
    expect(compared(record(0.4), [record(0.8, { machine: 'b' })])).toEqual({
      times: 2,
      median: 0.8,
      different: true,
    });
    expect(compared(record(0.4), [])).toEqual({ times: null, median: null, different: false });
  });

  it('can be compared with each line of the record that is there', () => {
    const records = readRecords(new URL('../../docs/benchmarks.jsonl', import.meta.url).pathname);
    expect(records.length).toBeGreaterThan(10);
    for (const one of records) expect(compared(one, records).times).toBeGreaterThan(0);
  });
});
