import { benjaminiHochberg } from '@unitscope/entropy';
import {
  betweenRunsWords,
  outcomeNames,
  UNITS_DIED,
  type OutcomeRow,
  type OutcomeRows,
} from '@unitscope/plots';
import type { CheckpointGroup } from '../checkpoints/checkpoint-group.js';
import { numberColumns, numberOf, resultTrainings } from '../checkpoints/checkpoint-order.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import type { SweepResults } from '../results/sweep-results.js';
import { runChanges } from '../trainings/run-changes.js';
import { meanOf } from './layer-mean.js';
import { runDifference, runsCompared, type RunsCompared } from './replication.js';

interface OutcomeOptions {
  readonly acrossRuns?: boolean | undefined;
  /** The checkpoints that may be looked at for units that died; left out: all. */
  readonly looked?: readonly ResultCheckpoint[] | undefined;
}

/**
 * What A and B came to beside H: the accuracies and losses of their metadata, and how many units died until then. A training is one value:
 * the mean over its checkpoints of a side, and the units that were sensitive before its last one there and are not any more. Throws
 * CrossingRunsError.
 */
export async function outcomeRows(
  results: SweepResults,
  a: CheckpointGroup,
  b: CheckpointGroup,
  { acrossRuns = false, looked }: OutcomeOptions = {},
): Promise<OutcomeRows> {
  const compared = runsCompared(results, a, b, acrossRuns);
  const [sideA, sideB] = [byRun(a, compared), byRun(b, compared)];
  const identity = (name: string): string => JSON.stringify([a.name, b.name, name]);
  const rows = outcomeNames(numberColumns(results)).map((name) => {
    const meansOf = (side: ByRun): Values =>
      new Map([...side].map(([run, own]) => [run, meanOf(own.flatMap((one) => numberOf(one, name) ?? []))]));
    return outcomeRow(name, meansOf(sideA), meansOf(sideB), compared, identity(name));
  });
  const [deadA, deadB] = [await deadOf(results, sideA, looked), await deadOf(results, sideB, looked)];
  rows.push(outcomeRow(UNITS_DIED, deadA.counts, deadB.counts, compared, identity(UNITS_DIED)));
  const known = rows.filter((row) => row.mean_a !== null || row.mean_b !== null);
  const tested = known.filter(({ p }) => p !== null);
  const q = benjaminiHochberg(tested.map(({ p }) => p ?? 1));
  return {
    rows: known.map((row) => ({ ...row, q: q[tested.indexOf(row)] ?? null })),
    notes: { words: [basisWords(compared), ...new Set([deadA.words, deadB.words])].join(' ').trim() },
  };
}

type ByRun = ReadonlyMap<string, readonly ResultCheckpoint[]>;
type Values = ReadonlyMap<string, number | null>;

/** The checkpoints of a side by training; one that is of none stands for itself. */
function byRun({ checkpoints }: CheckpointGroup, { runOf }: RunsCompared): ByRun {
  return Map.groupBy(checkpoints, ({ index }) => runOf.get(index) ?? `#${index}`);
}

function outcomeRow(
  name: string,
  a: Values,
  b: Values,
  { replication }: RunsCompared,
  identity: string,
): OutcomeRow {
  const pairing = replication === 'runs' ? 'runs' : 'paired runs';
  const { runsA, runsB, meanA, meanB, interval, p } = runDifference(a, b, pairing, identity);
  return {
    name,
    runs_a: runsA,
    runs_b: runsB,
    mean_a: meanA,
    mean_b: meanB,
    difference: meanA === null || meanB === null ? null : meanB - meanA,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    p,
    q: null,
    untested: p !== null ? null : runsA === 0 || runsB === 0 ? 'no value on a side' : untestedWords(pairing),
  };
}

function untestedWords(pairing: 'paired runs' | 'runs'): string {
  return `fewer than two trainings with a value on ${pairing === 'runs' ? 'a side' : 'both sides'}`;
}

/** How many units of each training died until its last checkpoint of a side; null where it is in no training. */
async function deadOf(
  results: SweepResults,
  side: ByRun,
  looked: readonly ResultCheckpoint[] = results.checkpoints,
): Promise<{ readonly counts: Values; readonly words: string }> {
  const { trainings } = resultTrainings(results);
  const may = new Set(looked.map(({ index }) => index));
  const runs = [...side].map(([run, own]) => {
    const indices = new Set(own.map(({ index }) => index));
    const training = trainings.find(({ checkpoints }) => checkpoints.some(({ index }) => indices.has(index)));
    const last = training?.checkpoints.findLastIndex(({ index }) => indices.has(index)) ?? -1;
    const until = training?.checkpoints.slice(0, last + 1) ?? [];
    return { run, training, until, chosen: until.filter(({ index }, at) => at === last || may.has(index)) };
  });
  const chosen = runs.flatMap((one) => one.chosen);
  const found = chosen.length === 0 ? [] : await runChanges(results.only(chosen));
  const counts = runs.map(({ run, training }): [string, number | null] => {
    const own = training === undefined ? undefined : found.find((one) => one.run === training.run);
    return [run, own?.died ?? null];
  });
  const [seen, all] = [
    found.reduce((sum, one) => sum + one.looked, 0),
    runs.reduce((sum, { until }) => sum + until.length, 0),
  ];
  return {
    counts: new Map(counts),
    words: seen === all ? '' : `Units that died are seen at ${seen} of ${all} checkpoints.`,
  };
}

function basisWords({ replication, runsA, runsB }: RunsCompared): string {
  if (replication === 'units') return 'One training: there is no interval over trainings, and no test.';
  return replication === 'runs' && (runsA < 2 || runsB < 2)
    ? 'Each training is one value, and one is none to test.'
    : betweenRunsWords(replication, runsA, runsB);
}
