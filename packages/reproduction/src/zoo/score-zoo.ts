import type { Factor } from './design.js';
import {
  noiseScores,
  scoresOf,
  scoreIntervals,
  type ScoredNetwork,
  type ScoreIntervals,
  type Scores,
} from './scores.js';
import type { ZooCheckpoint } from './zoo-checkpoints.js';
import { ZOO_MEASURES } from './zoo-measures.js';

export interface ZooScore extends Scores {
  /** `all networks`, `flatten head`, `pooling head` */
  readonly group: string;
  readonly measure: string;
  readonly networks: number;
  readonly intervals: ScoreIntervals;
}

/** The scores of all measures over one group of networks, and what noise scores there. */
export interface ScoredGroup {
  readonly group: string;
  readonly networks: number;
  readonly scores: readonly ZooScore[];
  readonly noise: ReturnType<typeof noiseScores>;
}

/** Scores over all networks and, where the head varies, within each head. */
export function scoreZoo(networks: readonly ZooCheckpoint[], factors: readonly Factor[]): ScoredGroup[] {
  const head = factors.indexOf('head');
  const groups: { group: string; own: readonly ZooCheckpoint[] }[] = [
    { group: 'all networks', own: networks },
  ];
  if (head >= 0) {
    for (const [level, group] of ['flatten head', 'pooling head'].entries())
      groups.push({ group, own: networks.filter(({ network }) => network.levels[head] === level) });
  }
  return groups.map(({ group, own }) => {
    const scores = ZOO_MEASURES.map(({ name, sign, of }): ZooScore => {
      const scored = scoredNetworks(own, (checkpoint) => sign * of(checkpoint));
      return {
        ...scoresOf(scored),
        ...{ group, measure: name, networks: scored.length },
        intervals: scoreIntervals(scored, `${group}/${name}`),
      };
    });
    const noise = noiseScores(
      scoredNetworks(own, () => 0),
      group,
    );
    return { group, networks: own.length, scores, noise };
  });
}

/** Networks whose measure is known. */
function scoredNetworks(
  networks: readonly ZooCheckpoint[],
  complexity: (checkpoint: ZooCheckpoint) => number,
): ScoredNetwork[] {
  return networks
    .map((checkpoint) => ({
      levels: checkpoint.network.levels,
      complexity: complexity(checkpoint),
      gap: gapOf(checkpoint),
    }))
    .filter((found) => Number.isFinite(found.complexity) && Number.isFinite(found.gap));
}

/** Training accuracy − held-out accuracy. */
export function gapOf({ logged }: ZooCheckpoint): number {
  return (logged['accuracy'] ?? NaN) - (logged['held_out_accuracy'] ?? NaN);
}
