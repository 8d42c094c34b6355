/**
 * What the kernel does to be fast, each to be switched off and measured (bench/kernel.mjs); no result depends on it.
 * - select: only edges above a threshold are sorted at first, not all;
 * - narrow: where far more edges than wanted lie above the threshold, it is raised;
 * - learn: threshold and wanted number follow the maps before;
 * - zerosLast: the tie of a ReLU's zeros is not touched while positive weights are left, an all-zero map not at all;
 * - rankOrder: few edges are sorted by counting larger ones, four at a time; otherwise by radix;
 * - levelOrder: so are they by weights of 16 bits, sixteen at a time, where these tell them apart;
 * - solveTies: a tie that keeps unknowns is solved in the kernel, not by bettiCurves' cohomology;
 * - topTie: the many largest weights that a ReLU6 makes enter at once, unsorted;
 * - lanes: maps of N ≤ 16 are read and symmetrised four at a time, one in each lane;
 * - byteLabels: the labels of N ≤ 16 vertices are one vector, which stays in a register;
 * - pathLanes: births of N ≤ 8 come from the widest paths between the ends of their edges, four maps at a time, without an order;
 * - eightLanes: births of N from 9 to 16 come from such paths by weights of 16 bits, eight maps at a time, where these tell them apart;
 * - blockWeights: maps of N > 16 in blocks of channels are summed and symmetrised where they lie, not taken apart;
 * - touch: a block of channels is fetched into the cache before it is summed;
 * - collapse: a tie of many edges is looked at where its graph is collapsed, before edge by edge.
 */
export type Optimisation =
  | 'select'
  | 'narrow'
  | 'learn'
  | 'zerosLast'
  | 'rankOrder'
  | 'levelOrder'
  | 'solveTies'
  | 'topTie'
  | 'lanes'
  | 'byteLabels'
  | 'pathLanes'
  | 'eightLanes'
  | 'blockWeights'
  | 'touch'
  | 'collapse';

/** The bits of `switchedOff` in assembly/index.ts. */
export const optimisationBits: Readonly<Record<Optimisation, number>> = {
  select: 1,
  narrow: 2,
  learn: 4,
  zerosLast: 8,
  rankOrder: 16,
  solveTies: 32,
  topTie: 64,
  lanes: 128,
  byteLabels: 256,
  collapse: 512,
  pathLanes: 1024,
  blockWeights: 2048,
  touch: 4096,
  eightLanes: 8192,
  levelOrder: 16384,
};
