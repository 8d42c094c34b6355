/** A unit's mean activation: its maps' sums, added plainly in image order, over all values of all its maps. */
export function meanActivation(sums: ArrayLike<number>, mapLength: number): number {
  let total = 0;
  for (let image = 0; image < sums.length; image++) total += sums[image]!;
  return total / (sums.length * mapLength);
}

/** APoZ: the share of zeros among all values of a unit's maps. */
export function apoz(zeros: ArrayLike<number>, mapLength: number): number {
  let total = 0;
  for (let image = 0; image < zeros.length; image++) total += zeros[image]!;
  return total / (zeros.length * mapLength);
}
