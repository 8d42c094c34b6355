import { drawImages, openImages, type ImageSet } from '@unitscope/datasets';
import { nearest } from '@unitscope/base';
import { type ManifestCategory, type ModelsManifest, type ModelsSource } from '@unitscope/plan';
import { DuplicateCategoryError, UnknownCategoryError } from '../errors.js';
import { imageSource } from '../inputs/image-source.js';

/** The spec's `images`; `perCategory` may be all that there are. */
export type WantedImages = Omit<ModelsSource['images'], 'perCategory'> & {
  readonly perCategory: number | 'all';
};

export type ResolvedImages = Pick<ModelsManifest, 'categories' | 'images' | 'maxPixels'>;

/** Draws the images of each category and takes their digests. `folder` is what paths are relative to. */
export async function resolveImages(wanted: WantedImages, folder: string): Promise<ResolvedImages> {
  const from = imageSource(wanted, folder);
  const set = await openImages(from);
  const categories: ManifestCategory[] = [];
  for (const label of chosenCategories(set, wanted.categories)) {
    const refs = await set.images(label);
    const perCategory = wanted.perCategory === 'all' ? refs.length : wanted.perCategory;
    const { images, skipped } = await drawImages(refs, { ...wanted, perCategory, category: label });
    categories.push({ label, images, ...(skipped.length > 0 && { skipped }) });
  }
  return { categories, images: { ...from }, maxPixels: wanted.maxPixels };
}

function chosenCategories(set: ImageSet, wanted: readonly string[] | undefined): readonly string[] {
  for (const [i, label] of (wanted ?? []).entries()) {
    if (wanted?.indexOf(label) !== i)
      throw new DuplicateCategoryError(`images.categories: the category "${label}" is named twice`);
    if (set.categories.includes(label)) continue;
    const near = nearest(label, set.categories);
    const hint =
      near === null ? `there are ${set.categories.slice(0, 8).join(', ')}` : `did you mean "${near}"?`;
    throw new UnknownCategoryError(`images.categories: no category "${label}"; ${hint}`);
  }
  return wanted ?? set.categories;
}
