import { InputError } from '@unitscope/base';

/** A map holds a NaN or an infinity. `index` counts the maps of the block, from 0. */
export class MapNotFiniteError extends InputError {
  readonly code = 'MAP_NOT_FINITE';
  constructor(
    readonly index: number,
    readonly row: number,
    readonly column: number,
    readonly value: number,
  ) {
    super(
      `map ${index} holds ${value} at row ${row}, column ${column}: a feature map is made of finite numbers`,
    );
  }
}

/** The size is not a whole number from 1 to 512, or the floats are not whole maps of size × size. */
export class MapSizeError extends InputError {
  readonly code = 'MAP_SIZE';
}

/** The density is not above 0 and at most 1. */
export class DensityError extends InputError {
  readonly code = 'DENSITY';
  constructor(density: number) {
    super(`density is ${density}: expected a number above 0 and at most 1`);
  }
}
