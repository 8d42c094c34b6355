// What of the kernel is switched off, for measuring what it is worth: a bit each, as in src/optimisation.ts.

export let switchedOff: u32 = 0;

export const SELECT: u32 = 1;
export const NARROW: u32 = 2;
export const LEARN: u32 = 4;
export const ZEROS_LAST: u32 = 8;
export const RANK_ORDER: u32 = 16;
export const SOLVE_TIES: u32 = 32;
export const TOP_TIE: u32 = 64;
export const LANES: u32 = 128;
export const BYTE_LABELS: u32 = 256;
export const COLLAPSE: u32 = 512;
export const PATH_LANES: u32 = 1024;
export const BLOCK_WEIGHTS: u32 = 2048;
export const TOUCH: u32 = 4096;
export const EIGHT_LANES: u32 = 8192;
export const LEVEL_ORDER: u32 = 16384;

export function isOn(optimisation: u32): bool {
  return (switchedOff & optimisation) == 0;
}
