import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { IdxError, MissingImagesError } from '../errors.js';
import { refuseStrangeFile } from '../decode/plain-file.js';
import type { Encoding, ImageRef, ImageSet } from '../image-set.js';

const UNSIGNED_BYTES = 8;
// An IDX file larger than this is no data set, but a gzip file made to fill the memory.
const MAX_BYTES = 2 ** 31;

interface Idx {
  readonly sizes: readonly number[];
  readonly data: Uint8Array;
}

/** Images and labels in the format of the original MNIST files. Throws IdxError and MissingImagesError. */
export async function openIdx(
  imagesPath: string,
  labelsPath: string,
  classNames?: readonly string[],
): Promise<ImageSet> {
  const images = await readIdx(imagesPath, [3, 4]);
  const labels = await readIdx(labelsPath, [1]);
  const [count = 0, height = 0, width = 0, channels = 1] = images.sizes;
  if (channels !== 1 && channels !== 3) {
    throw new IdxError(`${imagesPath}: expected images of 1 or 3 channels, found ${channels}`);
  }
  if (labels.data.length !== count) {
    throw new IdxError(`${labelsPath}: ${labels.data.length} labels, but ${imagesPath} has ${count} images`);
  }
  const classes = [...new Set(labels.data)].sort((a, b) => a - b);
  const nameOf = (label: number): string => {
    const name = classNames === undefined ? String(label) : classNames[label];
    if (name !== undefined) return name;
    throw new IdxError(
      `${labelsPath}: label ${label} has no name; ${classNames?.length ?? 0} class names are given`,
    );
  };
  const byCategory = new Map(classes.map((label) => [nameOf(label), label]));
  const size = height * width * channels;
  const encoding: Encoding = `raw/${height}x${width}x${channels}`;
  const imageAt = (index: number): ImageRef => ({
    label: String(index).padStart(6, '0'),
    encoding,
    bytes: () => Promise.resolve(images.data.slice(index * size, (index + 1) * size)),
  });
  return {
    categories: [...byCategory.keys()],
    images: (category) => {
      const wanted = byCategory.get(category);
      if (wanted === undefined) {
        return Promise.reject(
          new MissingImagesError(
            `${labelsPath}: no image of category '${category}'; there are ${[...byCategory.keys()].join(', ')}`,
          ),
        );
      }
      const indices = Array.from(labels.data.keys()).filter((index) => labels.data[index] === wanted);
      return Promise.resolve(indices.map(imageAt));
    },
  };
}

async function readIdx(path: string, dimensions: readonly number[]): Promise<Idx> {
  const bytes = await readPlain(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = bytes.length >= 4 ? view.getUint8(3) : 0;
  if (bytes.length < 4 + 4 * found || view.getUint16(0) !== 0 || view.getUint8(2) !== UNSIGNED_BYTES) {
    throw new IdxError(`${path}: expected an IDX file of unsigned bytes`);
  }
  if (!dimensions.includes(found)) {
    throw new IdxError(`${path}: expected ${dimensions.join(' or ')} dimensions, found ${found}`);
  }
  const sizes = Array.from({ length: found }, (_, index) => view.getUint32(4 + 4 * index));
  const data = bytes.subarray(4 + 4 * found);
  const expected = sizes.reduce((product, size) => product * size, 1);
  if (data.length !== expected) {
    throw new IdxError(
      `${path}: its header promises ${expected} bytes (${sizes.join(' × ')}), found ${data.length}`,
    );
  }
  return { sizes, data };
}

async function readPlain(path: string): Promise<Uint8Array> {
  await refuseStrangeFile(path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MissingImagesError(`${path} cannot be read`, { cause });
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    throw new IdxError(`${path}: the gzip file is damaged or larger than ${MAX_BYTES} bytes unpacked`, {
      cause,
    });
  }
}
