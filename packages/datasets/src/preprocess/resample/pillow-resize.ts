import type { Image } from '../../decode/decode-image.js';

/** Kernels of resampling as Pillow defines them: half the width that they reach, and their weight at a distance. */
const KERNELS = {
  linear: { reach: 1, weight: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { reach: 2, weight: (x: number) => cubic(Math.abs(x)) },
  lanczos3: { reach: 3, weight: (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const;

export type PillowKernel = keyof typeof KERNELS | 'nearest';

// Weights are integers of this many bits after the point, sums of them fit into 32 bits.
const PRECISION = 22;

/**
 * Resizes 8-bit pixels as Pillow's `Image.resize` does, to the bit: antialiased, along x and then along y, each rounded to
 * whole values. What torchvision's `Resize` does to a PIL image.
 */
export function pillowResize(image: Image, width: number, height: number, kernel: PillowKernel): Image {
  if (kernel === 'nearest') return nearest(image, width, height);
  const wide = image.width === width ? image : alongX(image, weightsFor(image.width, width, kernel));
  return wide.height === height ? wide : alongY(wide, weightsFor(image.height, height, kernel));
}

/** For each pixel of a row that is made: where its weights begin among those that are there, and the weights. */
interface Weights {
  readonly size: number;
  /** Weights a pixel has at most. */
  readonly taps: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly values: Int32Array;
}

function weightsFor(from: number, to: number, kernel: keyof typeof KERNELS): Weights {
  const { reach, weight } = KERNELS[kernel];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = reach * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const values = new Int32Array(to * taps);
  const row = new Float64Array(taps);
  for (let pixel = 0; pixel < to; pixel++) {
    const centre = (pixel + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let at = begin; at < end; at++) {
      const value = weight((at - centre + 0.5) * (1 / stretch));
      row[at - begin] = value;
      sum += value;
    }
    first[pixel] = begin;
    count[pixel] = end - begin;
    for (let tap = 0; tap < end - begin; tap++) {
      const share = (row[tap] ?? 0) * (sum === 0 ? 1 : 1 / sum) * 2 ** PRECISION;
      values[pixel * taps + tap] = Math.trunc(share < 0 ? share - 0.5 : share + 0.5);
    }
  }
  return { size: to, taps, first, count, values };
}

function alongX({ width, height, channels, data }: Image, weights: Weights): Image {
  const { size, taps, first, count, values } = weights;
  const made = new Uint8Array(size * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < size; x++) {
      const begin = (y * width + (first[x] ?? 0)) * channels;
      const n = count[x] ?? 0;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 1 << (PRECISION - 1);
        for (let tap = 0, at = begin + channel; tap < n; tap++, at += channels)
          sum += (data[at] as number) * (values[x * taps + tap] as number);
        made[(y * size + x) * channels + channel] = clip8(sum);
      }
    }
  }
  return { width: size, height, channels, data: made };
}

function alongY({ width, channels, data }: Image, weights: Weights): Image {
  const { size, taps, first, count, values } = weights;
  const row = width * channels;
  const made = new Uint8Array(row * size);
  for (let y = 0; y < size; y++) {
    const begin = (first[y] ?? 0) * row;
    const n = count[y] ?? 0;
    for (let x = 0; x < row; x++) {
      let sum = 1 << (PRECISION - 1);
      for (let tap = 0, at = begin + x; tap < n; tap++, at += row)
        sum += (data[at] as number) * (values[y * taps + tap] as number);
      made[y * row + x] = clip8(sum);
    }
  }
  return { width, height: size, channels, data: made };
}

function nearest({ width, height, channels, data }: Image, toWidth: number, toHeight: number): Image {
  const made = new Uint8Array(toWidth * toHeight * channels);
  const place = (at: number, from: number, to: number): number =>
    Math.min(from - 1, Math.floor((at + 0.5) * (from / to)));
  for (let y = 0; y < toHeight; y++) {
    const row = place(y, height, toHeight) * width;
    for (let x = 0; x < toWidth; x++) {
      const at = (row + place(x, width, toWidth)) * channels;
      for (let channel = 0; channel < channels; channel++)
        made[(y * toWidth + x) * channels + channel] = data[at + channel] as number;
    }
  }
  return { width: toWidth, height: toHeight, channels, data: made };
}

function clip8(sum: number): number {
  const value = sum >> PRECISION;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Keys' cubic with a = −1/2. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
