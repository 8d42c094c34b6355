import { firstNames } from '@unitscope/base';
import { compareSettings } from '@unitscope/plan';
import type { ResultTraining, ResultTrainings } from '../checkpoints/checkpoint-order.js';

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

type Settled = Pick<ResultTraining, 'settings'>;

/** The metadata by which trainings can be coloured and split: constant along each of them, and not the same in all. */
export function settingColumns(trainings: readonly Settled[]): string[] {
  const names = [...new Set(trainings.flatMap(({ settings }) => Object.keys(settings)))].sort();
  return names.filter((name) => {
    const values = trainings.map(({ settings }) => String(settings[name] ?? ''));
    return trainings.every(({ settings }) => name in settings) && new Set(values).size > 1;
  });
}

/**
 * The metadata that make a setting: what tells the trainings apart, but for seeds and their like. Where a seed alone tells them
 * apart, the other metadata that hold for several trainings each.
 */
export function settingNames(trainings: readonly Settled[], runColumns: readonly string[]): string[] {
  const isSetting = (name: string): boolean => !REPLICATES.has(name.toLowerCase());
  const own = runColumns.filter(isSetting);
  if (own.length > 0) return own;
  return settingColumns(trainings).filter((name) => {
    if (!isSetting(name)) return false;
    const groups = Map.groupBy(trainings, ({ settings }) => String(settings[name] ?? ''));
    return [...groups.values()].every((members) => members.length > 1);
  });
}

/** A training's values of some metadata, as `lr=0.01`; `all trainings` where these are none. */
export function settingName({ settings }: Settled, columns: readonly string[]): string {
  return settingValues(settings, columns).join(', ') || 'all trainings';
}

/** `lr=0.01`, one a column. */
function settingValues(settings: Settled['settings'], columns: readonly string[]): string[] {
  return columns.map((name) => `${name}=${String(settings[name] ?? '')}`);
}

/** Trainings by their values of some metadata, in the order of `compareSettings`. */
export function bySetting<T extends Settled>(
  trainings: readonly T[],
  columns: readonly string[],
): [string, T[]][] {
  return [...Map.groupBy(trainings, (training) => settingName(training, columns))].sort(([, [a]], [, [b]]) =>
    compareSettings(a?.settings ?? {}, b?.settings ?? {}, columns),
  );
}

/** A sentence names no more settings than that. */
const MOST_NAMED = 4;

/** Where a setting has one training there is no interval over trainings; '' where none has. */
export function loneWords(trainings: readonly Settled[], columns: readonly string[]): string {
  const settings = bySetting(trainings, columns);
  const lone = settings.filter(([, members]) => members.length === 1).map(([name]) => name);
  if (lone.length === 0) return '';
  if (lone.length === settings.length) return 'One training a setting: no interval over trainings.';
  return `One training: no interval over trainings (${firstNames(lone, MOST_NAMED, '; ')}).`;
}

/** What several trainings have and others do not, as conditions that `checkpointGroup` takes: `lr=0.01`. */
export function settingConditions({
  trainings,
  runColumns,
}: Pick<ResultTrainings, 'trainings' | 'runColumns'>): string[] {
  const columns = settingNames(trainings, runColumns);
  const settings = bySetting(trainings, columns).filter(([, members]) => members.length > 1);
  if (columns.length === 0 || settings.length < 2) return [];
  return settings.map(([, [member]]) => settingValues(member?.settings ?? {}, columns).join(','));
}

/** The last step of all trainings as a condition, `step=512`; null where they end at several, or nothing places them. */
export function lastCondition({
  trainings,
  axis,
}: Pick<ResultTrainings, 'trainings' | 'axis'>): string | null {
  const [last, ...others] = new Set(trainings.map(({ steps }) => steps.at(-1)));
  return axis === null || last === undefined || others.length > 0 ? null : `${axis}=${last}`;
}

/** Of more settings than that no pairs are named. */
const MOST_PAIRED = 3;

/** Two sides of a comparison, as conditions on metadata. */
export interface SettingPair {
  readonly a: string;
  readonly b: string;
}

/**
 * Settings that have several trainings each, in pairs, as conditions that `checkpointGroup` takes: at the last step, where all
 * trainings end at one.
 */
export function settingPairs({ trainings, runColumns, axis }: ResultTrainings): SettingPair[] {
  const settings = settingConditions({ trainings, runColumns });
  if (settings.length > MOST_PAIRED) return [];
  const last = lastCondition({ trainings, axis });
  const conditions = settings.map((setting) => (last === null ? setting : `${setting},${last}`));
  return conditions.flatMap((a, i) => conditions.slice(i + 1).map((b) => ({ a, b })));
}
