import { TrainingOptionError } from './errors.js';
import { seededShuffle, seededWholeNumbers } from '@unitscope/base';

/**
 * Labels of which a share (0 … 1) is replaced by classes drawn uniformly from all `classes`, as Zhang et al. (2017) do: a
 * drawn class may be the true one. The seed decides which; a larger share corrupts the images of a smaller one too,
 * with the same classes. Throws TrainingOptionError.
 */
export function corruptLabels(
  labels: Uint8Array,
  share: number,
  seed: number,
  classes: number,
): Uint8Array<ArrayBuffer> {
  if (!(share >= 0 && share <= 1)) {
    throw new TrainingOptionError(`label corruption: expected a share from 0 to 1, found ${share}`);
  }
  const corrupted = Uint8Array.from(labels);
  const order = seededShuffle(labels.length, `corrupt/${seed}`);
  const drawn = seededWholeNumbers(labels.length, classes, `classes/${seed}`);
  for (const image of order.slice(0, Math.round(share * labels.length))) corrupted[image] = drawn[image] ?? 0;
  return corrupted;
}
