import { openImages, type ImageSource } from '@unitscope/datasets';
import type { AblatedNetwork } from '@unitscope/models';
import type { ManifestCategory } from '@unitscope/plan';
import { UnknownNameError } from '@unitscope/query';
import type { ResolvedImages } from '@unitscope/tasks';
import { classIndices, type ClassIndices, type ClassNames } from './class-indices.js';
import { AblationOptionError } from './errors.js';
import type { ImageBatch } from './evaluation-plan.js';

/** Batches are as large as this allows: what passes from before the layer to after it. */
const BATCH_BYTES = 64 * 2 ** 20;
const LARGEST_BATCH = 32;

/** The categories whose images are evaluated. Throws UnknownNameError. */
export function evaluatedCategories(
  all: readonly ManifestCategory[],
  importance: readonly (string | null)[],
  own: boolean,
): readonly ManifestCategory[] {
  if (!own) return all;
  if (importance.includes(null)) {
    throw new AblationOptionError('a ranking that is the mean over all categories has no images of its own');
  }
  for (const wanted of importance) {
    if (all.some(({ label }) => label === wanted)) continue;
    throw new UnknownNameError(
      `the images have no category "${wanted ?? ''}"; there are ${all.map(({ label }) => label).join(', ')}`,
    );
  }
  return all.filter(({ label }) => importance.includes(label));
}

/** Which output of the network is which category. */
export async function findClasses(
  images: ResolvedImages,
  categories: readonly ManifestCategory[],
  outputs: number,
  given: ClassNames | undefined,
): Promise<ClassIndices> {
  const wanted = categories.map(({ label }) => label);
  const source = images.images as unknown as ImageSource;
  const classNames = 'classNames' in source ? source.classNames : undefined;
  // Images that were uploaded may be gone from here; then those that were drawn are all that is known.
  const all =
    (given ?? classNames) === undefined
      ? await openImages(source).then(
          (set) => set.categories,
          () => images.categories.map(({ label }) => label),
        )
      : [];
  return classIndices({ wanted, all, classNames }, outputs, given);
}

/** How many images are evaluated together. */
export function batchSize({ batch, floats }: AblatedNetwork): number {
  if (batch !== null) return batch;
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_BYTES / (4 * floats))));
}

/** The images of each category, so many at once. */
export function batchesOf(
  categories: readonly ManifestCategory[],
  { indices }: ClassIndices,
  size: number,
): ImageBatch[] {
  return categories.flatMap(({ label, images }) =>
    Array.from({ length: Math.ceil(images.length / size) }, (_, i) => ({
      category: label,
      right: indices.get(label) ?? 0,
      images: images.slice(i * size, (i + 1) * size),
    })),
  );
}
