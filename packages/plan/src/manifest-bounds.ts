// Above every network that there is, below what could not be allocated or counted.

/** Images a forward pass; the spec's own bound. */
export const LARGEST_BATCH = 4096;
/** N of an N×N map: its edges are counted in 32 bits. */
export const LARGEST_MAP = 65_535;
/** Units of a layer: a 32-bit column of the tables. */
export const LARGEST_UNITS = 2 ** 31 - 1;
