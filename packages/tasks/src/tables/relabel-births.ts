import { compareText } from '@unitscope/base';
import { type ManifestImage } from '@unitscope/plan';
import type { UnitBirths } from './unit-objects.js';

/**
 * Births objects that were made from models hold an image's position in its category; the tables hold its label, and
 * their rows are sorted by it. Births of activation files hold the file's own labels already.
 */
export function relabelBirths(births: UnitBirths, images: readonly ManifestImage[] | undefined): UnitBirths {
  if (images === undefined) return births;
  const { unit, image, birth_rank } = births;
  const labels = image.labels.map((position) => images[Number(position)]?.label ?? position);
  const order = Uint32Array.from(unit.keys()).sort(
    (a, b) =>
      (unit[a] ?? 0) - (unit[b] ?? 0) ||
      compareText(labels[image.codes[a] ?? 0] ?? '', labels[image.codes[b] ?? 0] ?? ''),
  );
  return {
    unit: order.map((row) => unit[row] ?? 0),
    image: { codes: order.map((row) => image.codes[row] ?? 0), labels },
    birth_rank: {
      values: order.map((row) => birth_rank.values[row] ?? 0),
      valid: Uint8Array.from(order, (row) => birth_rank.valid[row] ?? 0),
    },
  };
}
