/**
 * What an operation does to the maps of a convolution.
 * - convolution: makes maps.
 * - linear: moves each value by constants (bias, a frozen batch norm written out).
 * - norm: moves each value by statistics, stored or taken from the image's own maps; each unit keeps its map.
 * - activation: an activation function of one input.
 * - function: an elementary function (Exp, Neg, Sqrt), of which activations and norms are written out.
 * - quantize, dequantize: rounding to integers and back.
 * - combine: an elementwise operation of two or more computed inputs (the product of SiLU, a shortcut).
 * - pass: hands on its input at inference (Identity, Cast, Dropout).
 * - shape: the same values in the same order, or transposed; whether the units stay apart is seen by the sizes.
 * - spatial: makes maps of another size, one of each (pooling, padding, resizing).
 * - reduce: makes statistics of maps (a mean, a maximum).
 * - other: anything else that is known; the next layer, or what mixes units.
 * - unknown: has no row in the tables.
 */
export type Role =
  | 'convolution'
  | 'linear'
  | 'norm'
  | 'activation'
  | 'function'
  | 'quantize'
  | 'dequantize'
  | 'combine'
  | 'pass'
  | 'shape'
  | 'spatial'
  | 'reduce'
  | 'other'
  | 'unknown';

/**
 * Whether an image's values can depend on the other images of its batch: never; by the axis it works along (the first one
 * holds the images); while it trains (batch norm that takes its statistics from the batch); always (one scale for a whole
 * tensor). Unknown where an operation has no row.
 */
export type ImageMixing = 'never' | 'by axis' | 'in training' | 'always' | 'unknown';

/** The axis of the units that an operation takes for granted; any: it has none, or the sizes tell. */
export type Layout = 'any' | 'channels first' | 'channels last' | 'by attribute';

/** A row of the tables of operations: all that the search for taps, rescaling and ablation ask of one. */
export interface Meaning {
  readonly role: Role;
  readonly layout: Layout;
  /** Each map of its output is made of one unit's map alone, and at that unit's place. */
  readonly keepsUnits: boolean;
  readonly mixesImages: ImageMixing;
  /** f(c·x) = c·f(x) for every c > 0. */
  readonly homogeneous: boolean;
  /** f(0) = 0. */
  readonly zeroAtZero: boolean;
  /** A layer of weights that is no convolution; its weights can be divided. */
  readonly dense: boolean;
  /** Of two computed inputs. */
  readonly joins?: 'product' | 'sum';
  /** Scores of classes are made of it: exclusive ones, or one by one. */
  readonly scores?: 'softmax' | 'sigmoid';
  /** Why a network with it is refused, and the way back. */
  readonly refused?: string;
}

export type MeaningTable = ReadonlyMap<string, Meaning>;

const UNITS_APART: ReadonlySet<Role> = new Set([
  'linear',
  'norm',
  'activation',
  'function',
  'quantize',
  'dequantize',
  'combine',
  'pass',
  'spatial',
]);

/** The rows of one role; names are separated by spaces. */
export function rows(
  role: Role,
  names: string,
  more: Partial<Omit<Meaning, 'role'>> = {},
): (readonly [string, Meaning])[] {
  const meaning: Meaning = {
    role,
    layout: 'any',
    keepsUnits: UNITS_APART.has(role),
    mixesImages: 'never',
    homogeneous: false,
    zeroAtZero: false,
    dense: false,
    ...more,
  };
  return names
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => [name, meaning] as const);
}

export const UNKNOWN: Meaning = {
  role: 'unknown',
  layout: 'any',
  keepsUnits: false,
  mixesImages: 'unknown',
  homogeneous: false,
  zeroAtZero: false,
  dense: false,
};
