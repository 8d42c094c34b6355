import { createHash } from 'node:crypto';
import { eachLimited, nearest } from '@unitscope/base';
import {
  openImages,
  parsePreprocess,
  preprocessJson,
  type ImageRef,
  type ImageSet,
} from '@unitscope/datasets';
import type {
  ManifestCategory,
  ManifestFileCell,
  ManifestImage,
  ShownImages,
  ShownImagesSource,
} from '@unitscope/plan';
import { TooManyImagesError, UnknownCategoryError } from '../errors.js';
import { imageSource } from '../inputs/image-source.js';

/** Their digests stand in the manifest. */
const MOST_IMAGES = 100_000;
const AT_ONCE = 8;

/**
 * The images that the maps of activation files are of: those of the cells' categories, with their digests, so that what is
 * shown later is what was there now. Nothing is decoded. Throws UnknownCategoryError where no category of the files has
 * images, TooManyImagesError.
 */
export async function resolveShownImages(
  images: ShownImagesSource,
  preprocess: unknown,
  cells: readonly Pick<ManifestFileCell, 'category'>[],
  folder: string,
): Promise<ShownImages> {
  const preprocessing = parsePreprocess(preprocess);
  const from = imageSource(images, folder);
  const set = await openImages(from);
  const refs = await Promise.all(
    categoriesWithImages(set, cells).map(async (label) => ({ label, images: await set.images(label) })),
  );
  const total = refs.reduce((sum, one) => sum + one.images.length, 0);
  if (total > MOST_IMAGES) {
    throw new TooManyImagesError(
      `source.images: expected at most ${MOST_IMAGES.toLocaleString('en')} images in the categories of the activation files, found ` +
        `${total.toLocaleString('en')}: name a folder of those that were measured`,
    );
  }
  const categories: ManifestCategory[] = [];
  for (const { label, images: found } of refs) categories.push({ label, images: await digested(found) });
  return {
    categories,
    images: { ...from },
    maxPixels: images.maxPixels,
    preprocess: preprocessJson(preprocessing),
  };
}

function categoriesWithImages(set: ImageSet, cells: readonly Pick<ManifestFileCell, 'category'>[]): string[] {
  const named = [...new Set(cells.flatMap(({ category }) => category ?? []))];
  const found = named.filter((category) => set.categories.includes(category));
  if (found.length > 0) return found;
  const [first] = named;
  const some = set.categories.slice(0, 8).join(', ');
  if (first === undefined) {
    throw new UnknownCategoryError(
      'source.images: images are found by the category of an activation file (unitscope.category) and the image label in it; ' +
        'none of these files names a category',
    );
  }
  const near = nearest(first, set.categories);
  const hint = near === null ? `there are ${some}` : `did they mean "${near}"?`;
  throw new UnknownCategoryError(
    `source.images: no category of the activation files ("${first}"${named.length > 1 ? ', …' : ''}) has images; ${hint}`,
  );
}

async function digested(refs: readonly ImageRef[]): Promise<ManifestImage[]> {
  const images: ManifestImage[] = [];
  await eachLimited(refs.keys(), AT_ONCE, async (at) => {
    const ref = refs[at];
    if (ref === undefined) return;
    const sha256 = createHash('sha256')
      .update(await ref.bytes())
      .digest('hex');
    images[at] = { label: ref.label, sha256, encoding: ref.encoding };
  });
  return images;
}
