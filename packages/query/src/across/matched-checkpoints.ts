import { resultTrainings } from '../checkpoints/checkpoint-order.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';

type Checkpoints = Pick<SweepResults, 'manifest' | 'checkpoints'>;

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
 * step of trainings with the same name; where these have none, those with one label. Only one of the three, so that a pair means one thing;
 * among several that it does not tell apart the label decides.
 */
export function matchedCheckpoints(a: Checkpoints, b: Checkpoints): MatchedCheckpoints {
  const ways = [
    { key: digestOf, words: 'they are the same networks, by their content' },
    ...stepWay(a, b),
    { key: labelOf, words: 'they have the same label; that they are at the same step is not known' },
  ];
  for (const { key, words } of ways) {
    const [inA, inB] = [keyed(a, key), keyed(b, key)];
    const pairs = a.checkpoints.flatMap((one): CheckpointPair[] => {
      const own = key(one, a);
      const other = own === null ? undefined : partnerOf(one, inA.get(own) ?? [], inB.get(own) ?? []);
      if (other === undefined) return [];
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

type Key = (checkpoint: ResultCheckpoint, results: Checkpoints) => string | null;

const digestOf: Key = ({ digest }) => digest;
const labelOf: Key = ({ label }) => label;

/** By training and step, where both sweeps are placed by the same metadata. */
function stepWay(a: Checkpoints, b: Checkpoints): { readonly key: Key; readonly words: string }[] {
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

function keyed(results: Checkpoints, key: Key): Map<string | null, readonly ResultCheckpoint[]> {
  return Map.groupBy(results.checkpoints, (checkpoint) => key(checkpoint, results));
}

/** Of those with one key in both sweeps; where there are several, as of trainings that begin with the same weights, the one with the same label. */
function partnerOf(
  one: ResultCheckpoint,
  inA: readonly ResultCheckpoint[],
  inB: readonly ResultCheckpoint[],
): ResultCheckpoint | undefined {
  if (inA.length === 1 && inB.length === 1) return inB[0];
  return inB.find(({ label }) => label === one.label);
}
