export interface BenchmarkRecord {
  readonly figure: string;
  readonly ratio: number;
  readonly counterpart: string;
  readonly better: 'lower' | 'higher';
  readonly quick: boolean;
  readonly machine: string;
  readonly node: string;
  readonly commit: string;
  readonly date: string;
}
export const TOLERANCE: number;
export function readRecords(path: string): BenchmarkRecord[];
export function appendRecords(path: string, records: readonly BenchmarkRecord[]): void;
export function compared(
  record: BenchmarkRecord,
  earlier: readonly BenchmarkRecord[],
): { times: number | null; median: number | null; different: boolean };
