import { resolve } from 'node:path';
import type { ImageSource } from '@unitscope/datasets';
import type { ShownImagesSource } from '@unitscope/plan';

/** The spec's `images` as the datasets package wants them, with absolute paths. */
export function imageSource(images: ShownImagesSource, folder: string): ImageSource {
  const path = resolve(folder, images.path ?? '.');
  switch (images.from) {
    case 'mnist':
      return { kind: 'mnist' };
    case 'folder':
      return { kind: 'folder', path };
    case 'archive':
      return { kind: 'archive', path, ...(images.inside !== undefined && { inside: images.inside }) };
    case 'table':
      return {
        kind: 'table',
        path,
        ...(images.columns?.image !== undefined && { imageColumn: images.columns.image }),
        ...(images.columns?.label !== undefined && { labelColumn: images.columns.label }),
        ...(images.classNames && { classNames: images.classNames }),
      };
    case 'idx': {
      const labels = resolve(folder, images.labels ?? '.');
      return {
        kind: 'idx',
        images: path,
        labels,
        ...(images.classNames && { classNames: images.classNames }),
      };
    }
  }
}
