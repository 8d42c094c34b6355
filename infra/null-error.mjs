// The error of `entropy_null`: the simulation of noise in 16 parts of as many trials, H of 100 births of each part and of all,
// and what the deviation of the parts says of the whole. docs/method.md, section 2.
import { performance } from 'node:perf_hooks';
import { expectedEntropy } from '@unitscope/entropy';
import { noiseBirths, NOISE_TRIALS, rankLimit } from '@unitscope/topology';

const PARTS = 16;
const BIRTHS = 100;
const THRESHOLD = 50;

for (const size of [5, 7, 10, 14, 20, 28, 56, 112, 224, 512]) {
  const maxRank = Math.min(THRESHOLD + 1, rankLimit(size, 0.8));
  const begin = performance.now();
  const whole = entropyOf(noiseBirths(size, maxRank));
  const seconds = (performance.now() - begin) / 1000;
  // Sums of the first trials: their differences are those of the parts.
  const sums = Array.from({ length: PARTS + 1 }, (_, i) => {
    const trials = (NOISE_TRIALS / PARTS) * i;
    return trials === 0
      ? new Float64Array(maxRank + 1)
      : noiseBirths(size, maxRank, trials).map((p) => p * trials);
  });
  const parts = sums
    .slice(1)
    .map((sum, i) => entropyOf(sum.map((value, rank) => Math.max(0, value - sums[i][rank]))));
  const mean = parts.reduce((sum, part) => sum + part) / PARTS;
  const variance = parts.reduce((sum, part) => sum + (part - mean) ** 2, 0) / (PARTS - 1);
  const error = Math.sqrt(variance / PARTS) / whole;
  console.log(
    `${size}×${size}: entropy_null of ${BIRTHS} births ${whole.toFixed(4)}, standard error ${(100 * error).toFixed(3)} %, ` +
      `${seconds.toFixed(2)} s`,
  );
}

function entropyOf(births) {
  const kept = births.map((value, rank) => (rank >= 2 ? value : 0));
  const total = kept.reduce((sum, value) => sum + value, 0);
  return expectedEntropy(
    kept.map((value) => value / total),
    BIRTHS,
  );
}
