/**
 * The sum of a map's activations in float64, in the one order that every implementation keeps so that all give
 * the same bits: eight running sums over the indices of equal remainder mod 8, then added as below.
 */
export function mapSum(map: Float32Array): number {
  const s = new Float64Array(8);
  for (let at = 0; at < map.length; at++) s[at & 7]! += map[at]!;
  return s[0]! + s[4]! + (s[2]! + s[6]!) + (s[1]! + s[5]! + (s[3]! + s[7]!));
}
