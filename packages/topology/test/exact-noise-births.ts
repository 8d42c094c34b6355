/**
 * What noiseBirths estimates, exactly: over all labelled graphs of so many vertices, the probability that edges in random
 * order have led to this graph without a hole. 2^(N(N − 1)/2) graphs: up to 6 vertices in no time, 7 in seconds.
 */
export function exactNoiseBirths(size: number, maxRank: number): Float64Array {
  const pairs: [number, number][] = [];
  for (let v = 1; v < size; v++) for (let u = 0; u < v; u++) pairs.push([u, v]);
  const births = new Float64Array(maxRank + 1);
  let reached = new Map<number, number>([[0, 1]]);
  for (let rank = 1; rank <= maxRank; rank++) {
    const next = new Map<number, number>();
    for (const [graph, probability] of reached) {
      const each = probability / (pairs.length - rank + 1);
      const near = neighbours(graph, pairs, size);
      for (const [edge, [u, v]] of pairs.entries()) {
        if ((graph >> edge) & 1) continue;
        if (isConnected(near, u, v) && (near[u]! & near[v]!) === 0) births[rank]! += each;
        else next.set(graph | (1 << edge), (next.get(graph | (1 << edge)) ?? 0) + each);
      }
    }
    reached = next;
  }
  return births;
}

/** Of each vertex, a bit a neighbour. */
function neighbours(graph: number, pairs: readonly [number, number][], size: number): number[] {
  const near = new Array<number>(size).fill(0);
  for (const [edge, [u, v]] of pairs.entries()) {
    if (((graph >> edge) & 1) === 0) continue;
    near[u]! |= 1 << v;
    near[v]! |= 1 << u;
  }
  return near;
}

function isConnected(near: readonly number[], u: number, v: number): boolean {
  let seen = 1 << u;
  for (let before = 0; before !== seen;) {
    before = seen;
    for (const [vertex, of] of near.entries()) if ((before >> vertex) & 1) seen |= of;
  }
  return ((seen >> v) & 1) === 1;
}
