import { meanOf, seededUniforms } from '@unitscope/base';
import { neuralPersistence } from './neural-persistence.js';
import type { Parameters } from './example-network.js';
import { spectralExponent } from './spectral-exponent.js';
import { CLASSES } from './example-network.js';
import { SIDE, type LabelledImages } from './training-set.js';

/** What rivals of feature entropy are asked of: a network as it is now, on training images. */
export interface MeasuredNetwork {
  /** images × 10, outside of training. */
  logits(images: Float32Array, count: number): Promise<Float32Array>;
  /** Mean cross-entropy with every weight w at w · (1 + scale · z), z standard normal and decided by the seed. */
  disturbedLoss(set: LabelledImages, scale: number, seed: string): Promise<number>;
  readonly learned: Parameters;
  /** As they were before the first step. */
  readonly first: Parameters;
}

/** Names of the measures, as logs have them. */
export const RIVALS = [
  'margin',
  'mixup_error',
  'augmentation_error',
  'sharpness',
  'log_norm',
  'distance',
  'neural_persistence',
  'alpha',
] as const;
export type Rivals = Readonly<Record<(typeof RIVALS)[number], number>>;

/** The share of images below whose margin the margin of a set lies. */
const LOW_SHARE = 0.1;
/** Relative disturbance of weights, and how many are drawn. */
const DISTURBANCE = 0.1;
const DISTURBANCES = 3;
/** Pixels by which images are moved, each in one of four directions. */
const SHIFT = 2;

/**
 * Rivals of feature entropy on training images with the labels that were learned: the 10th percentile of the margin between the
 * right logit and the next, the error on halves of two images of one class (Natekar and Sharma 2020), the error on images moved by 2
 * pixels, the rise of the loss under disturbed weights, the sum of ln ‖W‖² over layers, the distance of all weights from
 * where they began, the mean neural persistence of the layers, and the mean exponent α of their spectra (NaN where all layers
 * are too small). `loss` is the undisturbed one.
 */
export async function rivalsOf(
  network: MeasuredNetwork,
  set: LabelledImages,
  loss: number,
  seed: number,
): Promise<Rivals> {
  const logits = await network.logits(set.images, set.labels.length);
  const mixed = mixedPairs(set, `${seed}/mixup`);
  const moved = movedImages(set, `${seed}/moved`);
  let disturbed = 0;
  for (let draw = 0; draw < DISTURBANCES; draw++)
    disturbed += await network.disturbedLoss(set, DISTURBANCE, `${seed}/disturbed/${draw}`);
  return {
    margin: lowMargin(logits, set.labels),
    mixup_error: errorOf(await network.logits(mixed.images, mixed.labels.length), mixed.labels),
    augmentation_error: errorOf(await network.logits(moved, set.labels.length), set.labels),
    sharpness: disturbed / DISTURBANCES - loss,
    log_norm: logNorm(network.learned),
    distance: distanceOf(network.learned, network.first),
    neural_persistence: meanOf(weightsOf(network.learned).map(neuralPersistence)),
    alpha: spectralExponent(weightsOf(network.learned)),
  };
}

/** The 10th percentile of right logit − largest other one. */
export function lowMargin(logits: Float32Array, labels: Uint8Array): number {
  const margins = Float64Array.from(labels, (label, image) => {
    let other = -Infinity;
    for (let k = 0; k < CLASSES; k++)
      if (k !== label) other = Math.max(other, logits[image * CLASSES + k] ?? NaN);
    return (logits[image * CLASSES + label] ?? NaN) - other;
  }).sort();
  return margins[Math.floor(LOW_SHARE * margins.length)] ?? NaN;
}

export function errorOf(logits: Float32Array, labels: Uint8Array): number {
  let wrong = 0;
  labels.forEach((label, image) => {
    const row = logits.subarray(image * CLASSES, (image + 1) * CLASSES);
    wrong += Number(row.indexOf(Math.max(...row)) !== label);
  });
  return wrong / labels.length;
}

/** Each image half and half with another of its class. */
export function mixedPairs({ images, labels }: LabelledImages, seed: string): LabelledImages {
  const pixels = SIDE ** 2;
  const drawn = seededUniforms(labels.length, seed);
  const ofClass = Array.from({ length: CLASSES }, (_, label) =>
    [...labels.keys()].filter((image) => labels[image] === label),
  );
  const mixed = new Float32Array(images.length);
  labels.forEach((label, image) => {
    const own = ofClass[label] ?? [];
    const other = own[Math.floor((drawn[image] ?? 0) * own.length)] ?? image;
    for (let i = 0; i < pixels; i++)
      mixed[image * pixels + i] =
        ((images[image * pixels + i] ?? NaN) + (images[other * pixels + i] ?? NaN)) / 2;
  });
  return { images: mixed, labels };
}

/** Each image moved by two pixels left, right, up or down; what comes in is 0. */
export function movedImages({ images, labels }: LabelledImages, seed: string): Float32Array {
  const drawn = seededUniforms(labels.length, seed);
  const moved = new Float32Array(images.length);
  const ways = [
    [0, SHIFT],
    [0, -SHIFT],
    [SHIFT, 0],
    [-SHIFT, 0],
  ] as const;
  for (let image = 0; image < labels.length; image++) {
    const [down, right] = ways[Math.floor((drawn[image] ?? 0) * ways.length)] ?? [0, 0];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const [fromY, fromX] = [y - down, x - right];
        if (fromY < 0 || fromY >= SIDE || fromX < 0 || fromX >= SIDE) continue;
        moved[(image * SIDE + y) * SIDE + x] = images[(image * SIDE + fromY) * SIDE + fromX] ?? NaN;
      }
    }
  }
  return moved;
}

/** The weights of layers, without biases and what norms learn. */
function weightsOf(learned: Parameters) {
  return [...learned.values()].filter(({ dims }) => dims.length > 1);
}

function logNorm(learned: Parameters): number {
  let sum = 0;
  for (const { values } of weightsOf(learned))
    sum += Math.log(values.reduce((square, value) => square + value * value, 0));
  return sum;
}

function distanceOf(learned: Parameters, first: Parameters): number {
  let square = 0;
  for (const [name, { values }] of learned) {
    const before = first.get(name)?.values;
    values.forEach((value, i) => (square += (value - (before?.[i] ?? NaN)) ** 2));
  }
  return Math.sqrt(square);
}
