/** Benjamini and Hochberg's adjusted p of several tests, in their order: a share q of the tests at or below q is false. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]!);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((test, i) => {
    least = Math.min(least, (p[test]! * p.length) / (p.length - i));
    adjusted[test] = least;
  });
  return adjusted;
}
