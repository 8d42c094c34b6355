import { welchInterval } from '@unitscope/entropy';
import { numberOf } from '../checkpoint-order.js';
import type { ResultCheckpoint } from '../sweep-results.js';
import type { SweepTrend } from '../sweep-trend.js';

/** How well a checkpoint fits its training set is read from the first of these that is there. */
const MEASURES = [
  { names: ['train_accuracy', 'train_acc', 'accuracy', 'acc'], fits: (value: number) => value >= 0.9 },
  { names: ['train_loss', 'loss'], fits: (value: number) => value <= 0.3 },
] as const;
const CONDITION = 'a training accuracy of at least 0.9, or without one a training loss of at most 0.3';

/** What differs between trainings of one setting. */
export const REPLICATES: ReadonlySet<string> = new Set([
  'seed',
  'run',
  'replicate',
  'repeat',
  'repetition',
  'trial',
  'fold',
]);

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

/** Which setting generalises best: said only where all premises of the rule hold, else which one does not. */
export function verdictOf(
  trends: readonly SweepTrend[],
  runColumns: readonly string[],
  open: string | null,
): Verdict {
  const settings = scoredSettings(trends, runColumns);
  const none = (words: string): Verdict => ({
    settings,
    best: null,
    words: `Nothing is said about which checkpoints generalise best: ${words}.`,
  });
  if (open !== null) return none(open);
  const checkpoints = trends.flatMap((trend) => trend.checkpoints);
  if (trends.length === 0) return none('the trainings cannot be told apart');
  if (!checkpoints.some((checkpoint) => fit(checkpoint) !== null))
    return none('no metadata says how well a checkpoint fits its training set (accuracy or loss)');
  if (!checkpoints.some((checkpoint) => fit(checkpoint) === true))
    return none(`no checkpoint fits its training set (${CONDITION})`);
  if (settings.length < 2) {
    return none(
      trends.length === 1
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

function scoredSettings(trends: readonly SweepTrend[], runColumns: readonly string[]): ScoredSetting[] {
  const columns = runColumns.filter((name) => !REPLICATES.has(name.toLowerCase()));
  const settings = new Map<string, ScoredRun[]>();
  for (const trend of trends) {
    const scored = scoredRun(trend);
    if (scored === null) continue;
    const setting = columns.map((name) => `${name}=${String(trend.settings[name] ?? '')}`).join(', ');
    settings.set(setting, [...(settings.get(setting) ?? []), scored]);
  }
  return [...settings]
    .map(([setting, runs]) => ({
      setting: setting === '' ? 'all trainings' : setting,
      runs,
      mean: runs.reduce((sum, { score }) => sum + score, 0) / runs.length,
    }))
    .sort((a, b) => a.mean - b.mean);
}

function scoredRun({ run, checkpoints, layers, lastLayers }: SweepTrend): ScoredRun | null {
  const at = checkpoints.findLastIndex((checkpoint) => fit(checkpoint) === true);
  const checkpoint = checkpoints[at];
  const values = layers
    .filter(({ layer }) => lastLayers.includes(layer))
    .map((layer) => layer.values[at]?.relative ?? null);
  if (checkpoint === undefined || values.length === 0 || values.includes(null)) return null;
  const score = values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
  return { run, checkpoint: checkpoint.label, score };
}

/** Whether a checkpoint fits its training set; null where nothing tells. */
function fit(checkpoint: ResultCheckpoint): boolean | null {
  for (const { names, fits } of MEASURES) {
    const known = names.flatMap((name) => numberOf(checkpoint, name) ?? []);
    if (known[0] !== undefined) return fits(known[0]);
  }
  return null;
}
