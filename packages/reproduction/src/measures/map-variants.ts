import { Random, seedOf } from '@unitscope/base';

/** The ways in which a map is read again. */
export const VARIANTS = ['as it is', 'transposed', 'turned', 'mirrored', 'scrambled'] as const;
export type Variant = (typeof VARIANTS)[number];

/**
 * Where the values of each variant of an N×N map stand in the map: value i of the variant is value `places[i]`. Turned is by 180°,
 * mirrored is left to right, scrambled is one permutation of all pixels, the same for every map of this size.
 */
export function variantPlaces(variant: Variant, size: number): Uint32Array {
  const place = (row: number, column: number): number => row * size + column;
  const last = size - 1;
  const of: Record<Exclude<Variant, 'scrambled'>, (row: number, column: number) => number> = {
    'as it is': place,
    transposed: (row, column) => place(column, row),
    turned: (row, column) => place(last - row, last - column),
    mirrored: (row, column) => place(row, last - column),
  };
  const pixels = size * size;
  if (variant === 'scrambled') return scrambled(pixels);
  return Uint32Array.from({ length: pixels }, (_, i) => of[variant](Math.floor(i / size), i % size));
}

/** Fisher and Yates. */
function scrambled(pixels: number): Uint32Array {
  const random = new Random(seedOf(`scrambled ${pixels}`));
  const places = Uint32Array.from({ length: pixels }, (_, i) => i);
  for (let i = pixels - 1; i > 0; i--) {
    const other = random.below(i + 1);
    [places[i], places[other]] = [places[other] ?? 0, places[i] ?? 0];
  }
  return places;
}
