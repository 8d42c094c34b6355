// The births of noise of common map sizes, by which statistics of a sweep begin: simulating them anew took each thread of it up to a second.
import { rankLimit } from '@unitscope/topology';
import { simulatedNoiseBirths } from '../packages/topology/dist/noise-births.js';

/** Above the default threshold of 50 nothing is asked for. */
const RANKS = 51;
/** Those of small networks all; of larger ones what inputs of 224, 240, 256, 299, 320 and 384 pixels become. */
const LARGER = [
  71, 72, 73, 75, 80, 95, 96, 109, 111, 112, 113, 120, 128, 144, 147, 149, 150, 160, 190, 192, 208, 224, 240,
  256,
];
const SIZES = [...Array.from({ length: 61 }, (_, i) => i + 4), ...LARGER];

/** packages/topology/src/noise-table.ts */
export function noiseTable() {
  const lines = SIZES.map((size) => {
    const births = simulatedNoiseBirths(size, Math.min(RANKS, rankLimit(size, 1)));
    return `  ${size}: '${Buffer.from(births.buffer, births.byteOffset, births.byteLength).toString('base64')}',`;
  });
  return `// Made by \`npm run generate\` (infra/noise-table.mjs).

/** By map size: what simulatedNoiseBirths has of the ranks 0 to 51, as the bytes of little-endian float64 in base64. */
export const NOISE_TABLE: Readonly<Record<number, string>> = {
${lines.join('\n')}
};
`;
}
