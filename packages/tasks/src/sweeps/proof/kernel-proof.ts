import { createHash } from 'node:crypto';
import { BirthKernel } from '@unitscope/topology';

const MAPS_A_KIND = 4;
const SIZES = [4, 5, 8, 14, 28, 56];
/** How values are drawn from 16 random bits: all distinct nearly, half of them zero, few and so tied. */
const KINDS: readonly ((bits: number) => number)[] = [
  (bits) => bits / 65_536 - 0.5,
  (bits) => Math.max(0, bits - 32_768) / 32_768,
  (bits) => (bits >> 13) / 8,
];

let digest: string | undefined;

/** Digest of what this process's kernel makes of fixed maps, noise and ties: kernels that differ give another one. */
export function kernelDigest(): string {
  return (digest ??= digestOf(proofMaps(), new BirthKernel()));
}

/** Maps of every size and kind, drawn by a generator of its own: the same on every machine. */
export function* proofMaps(): Generator<{ size: number; maps: Float32Array<ArrayBuffer> }> {
  let state = 1;
  for (const size of SIZES) {
    for (const value of KINDS) {
      const maps = new Float32Array(MAPS_A_KIND * size * size);
      for (let i = 0; i < maps.length; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        maps[i] = value(state >>> 16);
      }
      yield { size, maps };
    }
  }
}

function digestOf(
  blocks: Iterable<{ readonly size: number; readonly maps: Float32Array }>,
  kernel: Pick<BirthKernel, 'measure'>,
): string {
  const hash = createHash('sha256');
  for (const { size, maps } of blocks) {
    const out = {
      birthRanks: new Uint32Array(MAPS_A_KIND),
      sums: new Float64Array(MAPS_A_KIND),
      zeros: new Uint32Array(MAPS_A_KIND),
    };
    kernel.measure(maps, size, out);
    hash.update(out.birthRanks).update(out.sums).update(out.zeros);
  }
  return hash.digest('hex');
}
