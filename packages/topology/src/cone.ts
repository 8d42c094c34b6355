import type { Filtration } from './filtration.js';

/** How many edges come before the first rank at whose end one vertex is adjacent to all others. */
export function edgesBeforeCone({ vertices, tails, heads, ranks }: Filtration): number {
  const degree = new Uint16Array(vertices);
  for (let start = 0, end = 0; start < ranks.length; start = end) {
    let largest = 0;
    for (; ranks[end] === ranks[start]; end++) {
      largest = Math.max(largest, ++degree[tails[end]!]!, ++degree[heads[end]!]!);
    }
    if (largest === vertices - 1) return start;
  }
  return ranks.length;
}
