import { resultTrainings } from '../checkpoints/checkpoint-order.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';

/** A checkpoint of each sweep that are set side by side. */
export interface CheckpointPair {
  readonly name: string;
  readonly a: ResultCheckpoint;
  readonly b: ResultCheckpoint;
}

export interface MatchedCheckpoints {
  readonly pairs: readonly CheckpointPair[];
  /** How they were matched: a sentence. */
  readonly words: string;
}

/**
 * The checkpoints of two sweeps that belong together: those that are one network (by their digests); where none are, those at the same
 * step of trainings with the same name; where these have none, those with one label. Only one of the three, so that a pair means one thing.
 */
export function matchedCheckpoints(a: SweepResults, b: SweepResults): MatchedCheckpoints {
  const ways = [
    { key: digestOf, words: 'they are the same networks, by their content' },
    ...stepWay(a, b),
    { key: labelOf, words: 'they have the same label; that they are at the same step is not known' },
  ];
  for (const { key, words } of ways) {
    const [keysA, keysB] = [keyed(a, key), keyed(b, key)];
    const pairs = a.checkpoints.flatMap((one): CheckpointPair[] => {
      const own = keysA.of(one);
      const other = own === null ? undefined : keysB.at(own);
      if (own === null || other === undefined || keysA.at(own) !== one) return [];
      return [
        { name: one.label === other.label ? one.label : `${one.label} and ${other.label}`, a: one, b: other },
      ];
    });
    if (pairs.length === 0) continue;
    const counts = [a.checkpoints, b.checkpoints].map(({ length }) => length).join(' and ');
    return { pairs, words: `${pairs.length} checkpoints of ${counts} are matched: ${words}.` };
  }
  return { pairs: [], words: 'No checkpoint of one matches one of the other, by content, step or label.' };
}

type Key = (checkpoint: ResultCheckpoint, results: SweepResults) => string | null;

const digestOf: Key = ({ digest }) => digest;
const labelOf: Key = ({ label }) => label;

/** By training and step, where both sweeps are placed by the same metadata. */
function stepWay(a: SweepResults, b: SweepResults): { readonly key: Key; readonly words: string }[] {
  const [inA, inB] = [resultTrainings(a), resultTrainings(b)];
  if (inA.axis === null || inA.axis !== inB.axis || inA.problem !== null || inB.problem !== null) return [];
  const steps = new Map(
    [inA, inB].flatMap(({ trainings }) =>
      trainings.flatMap(({ run, checkpoints, steps: own }) =>
        checkpoints.map((one, i): [ResultCheckpoint, string] => [one, JSON.stringify([run, own[i]])]),
      ),
    ),
  );
  const isOne = inA.trainings.length === 1 && inB.trainings.length === 1;
  return [
    {
      key: (checkpoint) => {
        const found = steps.get(checkpoint) ?? null;
        // One training has no name, whatever it is called.
        return found !== null && isOne ? JSON.stringify((JSON.parse(found) as [unknown, number])[1]) : found;
      },
      words: `they are at the same ${inA.axis}${isOne ? '' : ' of the same training'}`,
    },
  ];
}

/** Checkpoints by a key; a key that two of one sweep share matches neither. */
function keyed(
  results: SweepResults,
  key: Key,
): {
  readonly of: (checkpoint: ResultCheckpoint) => string | null;
  readonly at: (key: string) => ResultCheckpoint | undefined;
} {
  const groups = Map.groupBy(results.checkpoints, (checkpoint) => key(checkpoint, results));
  return {
    of: (checkpoint) => key(checkpoint, results),
    at: (own) => {
      const found = groups.get(own) ?? [];
      return found.length === 1 ? found[0] : undefined;
    },
  };
}
