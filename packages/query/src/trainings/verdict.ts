import { welchInterval } from '@unitscope/entropy';
import { sweepStatus } from '@unitscope/tasks';
import { resultTrainings, trainingNamed, type ResultTraining } from '../checkpoints/checkpoint-order.js';
import type { SweepResults } from '../results/sweep-results.js';
import { fitOf, type Fit } from './training-fit.js';
import { layerValues } from './layer-values.js';
import { bySetting, settingNames } from './setting-columns.js';

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
  /** The setting that generalizes best by the rule of docs/results.md; null where its premises do not hold. */
  readonly best: string | null;
  /** What is so, or which premise is missing: one or two sentences. */
  readonly words: string;
}

/** The share of layers, from the end, that the rule looks at. */
const LAST_SHARE = 4;

/**
 * Which setting generalizes best: said only where all premises of the rule hold, else which one does not. It reads the layers
 * of one checkpoint a training, and those only where the metadata leave the question open. Throws UnknownNameError.
 */
export async function generalization(
  results: SweepResults,
  { run }: { readonly run?: string | undefined } = {},
): Promise<Verdict> {
  const found = resultTrainings(results);
  const trainings = run === undefined ? found.trainings : [trainingNamed(found, run)];
  const fits = fitOf(found.trainings.flatMap(({ checkpoints }) => checkpoints));
  const missing = (await openWords(results)) ?? missingPremise(trainings, fits);
  if (missing !== null || fits === null) return nothing([], missing ?? '');
  const columns = settingNames(found.trainings, found.runColumns);
  const settings = scoredSettings(await scoredRuns(results, trainings, fits), columns);
  return verdictOf(settings, trainings.length, fits);
}

/** Why nothing is to be concluded yet; null where the sweep holds all its cells. */
async function openWords({ store, name, manifest }: SweepResults): Promise<string | null> {
  const { state, failures } = await sweepStatus(store, name, { manifest });
  if (state === 'complete') return null;
  if (state === 'running' || state === 'paused' || state === 'planned') return `the sweep is ${state}`;
  return failures > 0 ? 'some of its tasks failed' : `the sweep is ${state}`;
}

/** What the metadata lack that the rule needs; null where they have it. */
function missingPremise(trainings: readonly ResultTraining[], fits: Fit | null): string | null {
  if (trainings.length === 0) return 'the trainings cannot be told apart';
  if (fits === null) return 'no metadata says how well a checkpoint fits its training set (accuracy or loss)';
  const isFit = trainings.some(({ checkpoints }) => checkpoints.some((one) => fits.holds(one)));
  return isFit ? null : `no checkpoint fits its training set (${fits.condition})`;
}

function nothing(settings: readonly ScoredSetting[], words: string): Verdict {
  return {
    settings,
    best: null,
    words: `Nothing is said about which checkpoints generalize best: ${words}.`,
  };
}

function verdictOf(settings: readonly ScoredSetting[], trainings: number, { condition }: Fit): Verdict {
  const none = (words: string): Verdict => nothing(settings, words);
  const [first, ...others] = settings;
  if (first === undefined || others.length === 0) {
    return none(
      trainings === 1
        ? 'one training has no interval over trainings, and nothing to be compared with'
        : `the trainings that fit (${condition}) are of one setting`,
    );
  }
  const lone = settings.filter(({ runs }) => runs.length < 2);
  if (lone.length === settings.length) return none('one training a setting fits: no interval over trainings');
  if (lone[0] !== undefined)
    return none(`one training of ${lone[0].setting} fits (${condition}): no interval over its trainings`);
  const scores = ({ runs }: ScoredSetting): number[] => runs.map(({ score }) => score);
  for (const other of others) {
    const interval = welchInterval(scores(other), scores(first));
    if (interval !== null && interval.low > 0) continue;
    return none(
      `${first.setting} and ${other.setting} are not told apart by their trainings (` +
        `${interval === null ? 'no interval: the values of neither vary' : `95 % of the difference: ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`})`,
    );
  }
  return {
    settings,
    best: first.setting,
    words:
      `By the entropy of its last layers against noise, ${first.setting} generalizes best of the ${settings.length} settings ` +
      `with trainings that fit (${condition}). It is a rule of thumb of the paper, which held somewhat for a pooling head and not for a ` +
      'flatten head (docs/interpreting.md), not a test.',
  };
}

type ScoredTraining = ScoredRun & Pick<ResultTraining, 'settings'>;

function scoredSettings(scored: readonly ScoredTraining[], columns: readonly string[]): ScoredSetting[] {
  return bySetting(scored, columns)
    .map(([setting, runs]) => ({
      setting,
      runs: runs.map(({ run, checkpoint, score }) => ({ run, checkpoint, score })),
      mean: runs.reduce((sum, { score }) => sum + score, 0) / runs.length,
    }))
    .sort((a, b) => a.mean - b.mean);
}

/** The trainings that fit, each at its last checkpoint that does. */
async function scoredRuns(
  results: SweepResults,
  trainings: readonly ResultTraining[],
  fits: Fit,
): Promise<ScoredTraining[]> {
  const fitting = trainings.flatMap(({ run, settings, checkpoints }) => {
    const checkpoint = checkpoints.findLast((candidate) => fits.holds(candidate));
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
