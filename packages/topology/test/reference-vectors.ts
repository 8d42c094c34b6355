import { readFileSync } from 'node:fs';

/** One map and what the authors' program gives for it. */
export interface BirthVector {
  readonly kind: string;
  readonly n: number;
  readonly map: Float32Array;
  /** The published index, 0 = none. */
  readonly birth: number;
  /** R. */
  readonly length: number;
  /** [index, β1] wherever the β1 curve changes. */
  readonly beta1Changes: readonly (readonly [number, number])[];
}

export function readBirthVectors(): BirthVector[] {
  const text = readFileSync(new URL('fixtures/birth-vectors.jsonl', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const row = JSON.parse(line) as Omit<BirthVector, 'map'> & { map: string };
      const bytes = Uint8Array.from(Buffer.from(row.map, 'base64'));
      return { ...row, map: new Float32Array(bytes.buffer) };
    });
}

/** The authors' number: the index r − 1, 0 where it is above the threshold 50 or there is no birth. */
export function publishedIndex(birthRank: number | null): number {
  return birthRank === null || birthRank - 1 > 50 ? 0 : birthRank - 1;
}
