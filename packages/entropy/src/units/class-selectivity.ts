import { meanOf } from '@unitscope/base';

/**
 * A unit's class selectivity (Morcos et al. 2018), of its mean activation in each category: (μ_max − μ_rest) / (μ_max +
 * μ_rest), where μ_rest is the mean over the other categories. 0: the same in all; 1: active in one alone. null where there
 * are fewer than two categories, and where it would leave 0 to 1: μ_rest below 0, or nothing above 0.
 */
export function classSelectivity(means: readonly number[]): number | null {
  if (means.length < 2) return null;
  const highest = means.reduce((best, value, i) => (value > means[best]! ? i : best), 0);
  const max = means[highest]!;
  const rest = meanOf(means.filter((_, i) => i !== highest));
  return max > 0 && rest >= 0 ? (max - rest) / (max + rest) : null;
}

/** The class selectivity of each unit of a layer, by its number, over the categories that have it. */
export function classSelectivities(
  categories: readonly { readonly units: ArrayLike<number>; readonly means: ArrayLike<number> }[],
): Map<number, number | null> {
  const meansOf = new Map<number, number[]>();
  for (const { units, means } of categories) {
    for (let i = 0; i < units.length; i++) {
      const own = meansOf.get(units[i]!);
      if (own === undefined) meansOf.set(units[i]!, [means[i]!]);
      else own.push(means[i]!);
    }
  }
  return new Map([...meansOf].map(([unit, means]) => [unit, classSelectivity(means)]));
}
