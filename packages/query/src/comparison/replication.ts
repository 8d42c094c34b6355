import {
  permutationTest,
  signFlipTest,
  studentInterval,
  welchInterval,
  type Interval,
} from '@unitscope/entropy';
import type { CheckpointGroup } from '../checkpoints/checkpoint-group.js';
import {
  resultTrainings,
  trainingOf,
  type ResultTraining,
  type ResultTrainings,
} from '../checkpoints/checkpoint-order.js';
import { CrossingRunsError } from '../errors.js';
import { meanOf } from './layer-mean.js';
import type { SweepResults } from '../results/sweep-results.js';
import { lastCondition, REPLICATES } from '../trainings/setting-columns.js';

/**
 * What a comparison takes for one value.
 * - units: both sides are of one training; the units of its layers are resampled.
 * - paired runs: both sides hold checkpoints of the same trainings; a training is one difference.
 * - runs: the sides hold different trainings; a training is one value.
 */
export type Replication = 'units' | 'paired runs' | 'runs';

export interface RunsCompared {
  readonly replication: Replication;
  /** Trainings of either side. */
  readonly runsA: number;
  readonly runsB: number;
  /** The checkpoints of either side, by their places in the sweep. */
  readonly placesA: readonly number[];
  readonly placesB: readonly number[];
  /** Of each checkpoint, by its place in the sweep, the training it is of. */
  readonly runOf: ReadonlyMap<number, string>;
  /** What a reader has to know: one sentence; '' where there is nothing. */
  readonly caveat: string;
}

/** Which trainings are compared. Throws CrossingRunsError where single checkpoints of different trainings are. */
export function runsCompared(
  results: SweepResults,
  a: CheckpointGroup,
  b: CheckpointGroup,
  acrossRuns: boolean,
): RunsCompared {
  const found = resultTrainings(results);
  const { trainings, problem } = found;
  const runOf = new Map(
    problem === null
      ? trainings.flatMap(({ run, checkpoints }) =>
          checkpoints.map(({ index }) => [index, run ?? ''] as const),
        )
      : results.checkpoints.map(({ index }) => [index, ''] as const),
  );
  // A checkpoint that is of no training stands for itself.
  const runsOf = ({ checkpoints }: CheckpointGroup): Set<string> =>
    new Set(checkpoints.map(({ index, label }) => runOf.get(index) ?? label));
  const [runsA, runsB] = [runsOf(a), runsOf(b)];
  const [placesA, placesB] = [a, b].map((side) => side.checkpoints.map(({ index }) => index)) as [
    number[],
    number[],
  ];
  const counts = { runsA: runsA.size, runsB: runsB.size, placesA, placesB, runOf };
  const shared = new Set([...runsA].filter((run) => runsB.has(run)));
  if (shared.size === runsA.size && shared.size === runsB.size) {
    if (runsA.size > 1)
      return { ...counts, replication: 'paired runs', caveat: severalWords(found, runOf, a, b) };
    return {
      ...counts,
      replication: 'units',
      caveat:
        problem === null
          ? 'One training: the intervals are over its units, none is over trainings.'
          : 'Nothing says that A and B are of one training: if they are not, their units are not the same units.',
    };
  }
  const isSingle = a.checkpoints.length === 1 && b.checkpoints.length === 1;
  if (isSingle && !acrossRuns) throw new CrossingRunsError(crossingWords(results, found, a, b));
  if (shared.size > 0) {
    throw new CrossingRunsError(
      `${a.name} and ${b.name} share some trainings (${[...shared].slice(0, 3).join('; ')}) and not others; give both sides the ` +
        'same trainings, or none in common',
    );
  }
  const words =
    runsA.size < 2 || runsB.size < 2
      ? 'One training on a side: no interval over trainings.'
      : differentSteps(trainings, a, b);
  const caveat = [severalWords(found, runOf, a, b), words].filter((sentence) => sentence !== '').join(' ');
  return { ...counts, replication: 'runs', caveat };
}

/** Where a side has several checkpoints of a training, its value is their mean: mostly the last alone is meant. */
function severalWords(
  found: ResultTrainings,
  runOf: ReadonlyMap<number, string>,
  a: CheckpointGroup,
  b: CheckpointGroup,
): string {
  const most = ({ checkpoints }: CheckpointGroup): number => {
    const counts = Map.groupBy(checkpoints, ({ index, label }) => runOf.get(index) ?? label);
    return Math.max(...[...counts.values()].map((own) => own.length));
  };
  const [mostA, mostB] = [most(a), most(b)];
  if (Math.max(mostA, mostB) < 2) return '';
  const last = lastCondition(found);
  const names = [a, b].map(({ name }) => JSON.stringify(`${name},${last ?? ''}`));
  const alone = last === null ? '' : ` ${names.join(' and ')} have the last alone.`;
  return `A training's value is the mean over its checkpoints, up to ${mostA} of them in A and ${mostB} in B.${alone}`;
}

function crossingWords(
  results: SweepResults,
  found: ResultTrainings,
  a: CheckpointGroup,
  b: CheckpointGroup,
): string {
  const of = ({ checkpoints: [first] }: CheckpointGroup): ResultTraining | undefined =>
    first === undefined ? undefined : trainingOf(found, first);
  const [one, other] = [of(a), of(b)];
  const name = (training: ResultTraining | undefined): string => training?.run ?? 'no training';
  const differ = found.runColumns.filter((column) => one?.settings[column] !== other?.settings[column]);
  const column = differ.find((candidate) => !REPLICATES.has(candidate.toLowerCase())) ?? differ[0];
  const within = one?.checkpoints.findLast(({ label }) => label !== a.name)?.label;
  const group = (training: ResultTraining | undefined): string =>
    JSON.stringify(`${column ?? ''}=${String(training?.settings[column ?? ''] ?? '')}`);
  const options = [
    ...(within === undefined
      ? []
      : [`within a training, unitscope compare ${results.name} ${a.name} ${within}`]),
    ...(column === undefined || one === undefined || other === undefined
      ? []
      : [`between settings, unitscope compare ${results.name} ${group(one)} ${group(other)}`]),
    'these two all the same, --across-runs',
  ];
  return `${a.name} is of ${name(one)}, ${b.name} of ${name(other)}: two trainings. To compare ${options.join('; ')}`;
}

/** Where the sides hold other steps of their trainings, what differs may be the step. */
function differentSteps(
  trainings: readonly ResultTraining[],
  a: CheckpointGroup,
  b: CheckpointGroup,
): string {
  const stepOf = new Map(
    trainings.flatMap(({ checkpoints, steps }) =>
      checkpoints.map(({ index }, i) => [index, steps[i] ?? 0] as const),
    ),
  );
  const steps = ({ checkpoints }: CheckpointGroup): string =>
    [...new Set(checkpoints.map(({ index }) => stepOf.get(index) ?? null))].sort().join();
  return steps(a) === steps(b) ? '' : 'A and B hold checkpoints of different steps.';
}

/** What is known of a difference over trainings. */
export interface RunDifference {
  /** How many trainings the means are over. */
  readonly runsA: number;
  readonly runsB: number;
  readonly meanA: number | null;
  readonly meanB: number | null;
  readonly interval: Interval | null;
  readonly p: number | null;
}

/** The difference of two sides over trainings: one value a training, null where it has none. */
export function runDifference(
  a: ReadonlyMap<string, number | null>,
  b: ReadonlyMap<string, number | null>,
  replication: 'paired runs' | 'runs',
  identity: string,
): RunDifference {
  const known = (side: ReadonlyMap<string, number | null>): number[] =>
    [...side.values()].filter((value) => value !== null);
  if (replication === 'runs') {
    const [valuesA, valuesB] = [known(a), known(b)];
    const enough = valuesA.length > 1 && valuesB.length > 1;
    return {
      runsA: valuesA.length,
      runsB: valuesB.length,
      meanA: meanOf(valuesA),
      meanB: meanOf(valuesB),
      interval: welchInterval(valuesB, valuesA),
      p: enough ? (permutationTest(valuesB, valuesA, identity)?.p ?? null) : null,
    };
  }
  const pairs = [...a].flatMap(([run, valueA]) => {
    const valueB = b.get(run) ?? null;
    return valueA === null || valueB === null ? [] : [{ valueA, valueB }];
  });
  const differences = pairs.map(({ valueA, valueB }) => valueB - valueA);
  const found = studentInterval(differences);
  return {
    runsA: pairs.length,
    runsB: pairs.length,
    meanA: meanOf(pairs.map(({ valueA }) => valueA)),
    meanB: meanOf(pairs.map(({ valueB }) => valueB)),
    interval: found === null ? null : { low: found.low, high: found.high },
    p: differences.length < 2 ? null : (signFlipTest(differences, identity)?.p ?? null),
  };
}

/** The least p that a permutation test over so many trainings can have; null where there is none over trainings. */
export function leastP({ replication, runsA, runsB }: RunsCompared): number | null {
  if (replication === 'units' || runsA < 2 || runsB < 2) return null;
  if (replication === 'paired runs') return 2 / 2 ** runsA;
  let ways = 1;
  for (let i = 1; i <= runsA; i++) ways = (ways * (runsB + i)) / i;
  return Math.min(1, 2 / ways);
}
