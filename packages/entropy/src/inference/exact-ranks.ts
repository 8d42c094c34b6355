/**
 * Two-sided p of Mann–Whitney's U without ties, exact (scipy.stats.mannwhitneyu, method="exact"): of all ways to share out the
 * ranks, those whose U is at least as far from its middle.
 */
export function exactMannWhitney(u: number, n1: number, n2: number): number {
  // ways[k][v]: in how many ways k of the values seen so far are of the first sample and have a U of v.
  const most = n1 * n2;
  let ways = Array.from({ length: n1 + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  for (let seen = 0; seen < n1 + n2; seen++) {
    const next = ways.map((row) => Float64Array.from(row));
    for (let k = 0; k < n1; k++) {
      // One more of the first sample lies above all of the second that were seen.
      const above = seen - k;
      if (above < 0 || above > n2) continue;
      for (let v = 0; v + above <= most; v++) next[k + 1]![v + above]! += ways[k]![v]!;
    }
    ways = next;
  }
  const counts = ways[n1]!;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const far = Math.max(u, most - u);
  let tail = 0;
  for (let v = Math.ceil(far); v <= most; v++) tail += counts[v]!;
  return Math.min(1, (2 * tail) / total);
}

/**
 * Two-sided p of a correlation of ranks, exact: of all orders of `y`, the share whose product with `x` is at least as far from
 * its middle. Goes through all n! of them.
 */
export function exactRankCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const order = Array.from(y);
  const middle = (sumOf(x) * sumOf(y)) / n;
  const product = (): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[i]! * order[i]!;
    return Math.abs(sum - middle);
  };
  const observed = product() - 1e-9;
  let [far, all] = [0, 0];
  const visit = (from: number): void => {
    if (from >= n - 1) {
      all++;
      if (product() >= observed) far++;
      return;
    }
    for (let i = from; i < n; i++) {
      [order[from], order[i]] = [order[i]!, order[from]!];
      visit(from + 1);
      [order[from], order[i]] = [order[i]!, order[from]];
    }
  };
  visit(0);
  return far / all;
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/**
 * Two-sided p of Kendall's τ of `n` values without ties, exact: of all orders, the share with at most as few discordant pairs,
 * or as few concordant ones.
 */
export function exactKendall(discordant: number, n: number): number {
  const fewest = Math.min(discordant, (n * (n - 1)) / 2 - discordant);
  // The share of the orders of i values that have k inversions: the last value makes 0 to i − 1 of them.
  let shares = Float64Array.of(1);
  for (let i = 2; i <= n; i++) {
    const next = new Float64Array(shares.length + i - 1);
    shares.forEach((share, k) => {
      for (let more = 0; more < i; more++) next[k + more] = (next[k + more] ?? 0) + share / i;
    });
    shares = next;
  }
  let below = 0;
  for (let k = 0; k <= fewest; k++) below += shares[k] ?? 0;
  return Math.min(1, 2 * below);
}
