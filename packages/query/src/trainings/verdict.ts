import { welchInterval } from '@unitscope/entropy';
import { sweepStatus } from '@unitscope/tasks';
import { numberOf, resultTrainings, trainingNamed, type ResultTraining } from '../checkpoint-order.js';
import type { ResultCheckpoint, SweepResults } from '../sweep-results.js';
import { layerValues } from './layer-values.js';
import { settingNames } from './setting-columns.js';

/** How well a checkpoint fits its training set is read from the first of these that is there. */
const MEASURES = [
  { names: ['train_accuracy', 'train_acc', 'accuracy', 'acc'], fits: (value: number) => value >= 0.9 },
  { names: ['train_loss', 'loss'], fits: (value: number) => value <= 0.3 },
] as const;
const CONDITION = 'a training accuracy of at least 0.9, or without one a training loss of at most 0.3';

/** One training at its last checkpoint that fits. */
export interface ScoredRun {
  readonly run: string | null;
  readonly checkpoint: string;
  /** Mean H / H of noise of its last layers on the images that were measured. */
  readonly score: number;
}

/** Trainings that differ in their seed alone. */
export interface ScoredSetting {
  /** As `lr=0.01`. */
  readonly setting: string;
  readonly runs: readonly ScoredRun[];
  readonly mean: number;
}

export interface Verdict {
  /** Lowest mean first. */
  readonly settings: readonly ScoredSetting[];
  /** The setting that generalises best by the rule of docs/results.md; null where its premises do not hold. */
  readonly best: string | null;
  /** What is so, or which premise is missing: one or two sentences. */
  readonly words: string;
}

/** The share of layers, from the end, that the rule looks at. */
const LAST_SHARE = 4;

/**
 * Which setting generalises best: said only where all premises of the rule hold, else which one does not. It reads the layers
 * of one checkpoint a training, and those only where the metadata leave the question open. Throws UnknownNameError.
 */
export async function generalisation(
  results: SweepResults,
  { run }: { readonly run?: string | undefined } = {},
): Promise<Verdict> {
  const found = resultTrainings(results);
  const trainings = run === undefined ? found.trainings : [trainingNamed(found, run)];
  const missing = (await openWords(results)) ?? missingPremise(trainings);
  if (missing !== null) return nothing([], missing);
  const columns = settingNames(found.trainings, found.runColumns);
  const settings = scoredSettings(await scoredRuns(results, trainings), columns);
  return verdictOf(settings, trainings.length);
}

/** Why nothing is to be concluded yet; null where the sweep holds all its cells. */
async function openWords({ store, name }: SweepResults): Promise<string | null> {
  const { state, failures } = await sweepStatus(store, name);
  if (state === 'complete') return null;
  if (state === 'running' || state === 'paused' || state === 'planned') return `the sweep is ${state}`;
  return failures > 0 ? 'some of its tasks failed' : `the sweep is ${state}`;
}

/** What the metadata lack that the rule needs; null where they have it. */
function missingPremise(trainings: readonly ResultTraining[]): string | null {
  if (trainings.length === 0) return 'the trainings cannot be told apart';
  const fits = trainings.flatMap(({ checkpoints }) => checkpoints.map(fit));
  if (fits.every((value) => value === null))
    return 'no metadata says how well a checkpoint fits its training set (accuracy or loss)';
  if (!fits.includes(true)) return `no checkpoint fits its training set (${CONDITION})`;
  return null;
}

function nothing(settings: readonly ScoredSetting[], words: string): Verdict {
  return {
    settings,
    best: null,
    words: `Nothing is said about which checkpoints generalise best: ${words}.`,
  };
}

function verdictOf(settings: readonly ScoredSetting[], trainings: number): Verdict {
  const none = (words: string): Verdict => nothing(settings, words);
  if (settings.length < 2) {
    return none(
      trainings === 1
        ? 'one training has no interval over trainings, and nothing to be compared with'
        : 'the trainings that fit are of one setting',
    );
  }
  const [first, second] = settings;
  if (first === undefined || second === undefined) return none('there is nothing to compare');
  if (settings.some(({ runs }) => runs.length < 2))
    return none('there is one training a setting: no interval over trainings');
  const scores = ({ runs }: ScoredSetting): number[] => runs.map(({ score }) => score);
  const interval = welchInterval(scores(second), scores(first));
  if (interval === null || interval.low <= 0) {
    return none(
      `${first.setting} and ${second.setting} are not told apart by their trainings (95 % of the difference: ` +
        `${interval === null ? 'unknown' : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`})`,
    );
  }
  return {
    settings,
    best: first.setting,
    words:
      `By the entropy of its last layers against noise, ${first.setting} generalises best of the settings whose ` +
      `trainings fit (${CONDITION}). It is a rule of thumb of the paper, which held for a pooling head and not for a ` +
      'flatten head (docs/validity.md), not a test.',
  };
}

type ScoredTraining = ScoredRun & Pick<ResultTraining, 'settings'>;

function scoredSettings(scored: readonly ScoredTraining[], columns: readonly string[]): ScoredSetting[] {
  const settingOf = ({ settings }: ScoredTraining): string =>
    columns.map((name) => `${name}=${String(settings[name] ?? '')}`).join(', ');
  return [...Map.groupBy(scored, settingOf)]
    .map(([setting, runs]) => ({
      setting: setting === '' ? 'all trainings' : setting,
      runs: runs.map(({ run, checkpoint, score }) => ({ run, checkpoint, score })),
      mean: runs.reduce((sum, { score }) => sum + score, 0) / runs.length,
    }))
    .sort((a, b) => a.mean - b.mean);
}

/** The trainings that fit, each at its last checkpoint that does. */
async function scoredRuns(
  results: SweepResults,
  trainings: readonly ResultTraining[],
): Promise<ScoredTraining[]> {
  const fitting = trainings.flatMap(({ run, settings, checkpoints }) => {
    const checkpoint = checkpoints.findLast((candidate) => fit(candidate) === true);
    return checkpoint === undefined ? [] : [{ run, settings, checkpoint }];
  });
  const chosen = fitting.map(({ checkpoint }) => checkpoint);
  const layers = await layerValues(results.only(chosen), chosen);
  return fitting.flatMap(({ run, settings, checkpoint }, at) => {
    const own = layers.filter(({ values }) => (values[at] ?? null) !== null);
    const last = own.slice(-Math.max(1, Math.round(own.length / LAST_SHARE)));
    const values = last.flatMap((layer) => layer.values[at]?.relative ?? []);
    if (values.length === 0 || values.length < last.length) return [];
    const score = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{ run, settings, checkpoint: checkpoint.label, score }];
  });
}

/** Whether a checkpoint fits its training set; null where nothing tells. */
function fit(checkpoint: ResultCheckpoint): boolean | null {
  for (const { names, fits } of MEASURES) {
    const known = names.flatMap((name) => numberOf(checkpoint, name) ?? []);
    if (known[0] !== undefined) return fits(known[0]);
  }
  return null;
}
