import type { ResultTraining } from '../checkpoint-order.js';

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
