import {
  changedUnits,
  changesWords,
  listedChanges,
  resultTrainings,
  runChanges,
  trainingNamed,
  type ListedChange,
  type RunChanges,
  type SweepResults,
} from '@unitscope/query';
import type { ComparisonTable } from './comparison-tables.js';

/** A unit that died or awoke in a category, and in which training. */
interface ChangeOfRun extends ListedChange {
  readonly run: string | null;
}

/** The units that died or awoke within their own training: in words, by training, and each of them by category. */
export interface UnitChanges {
  /** '' where no training has two checkpoints. */
  readonly words: string;
  readonly runs: readonly RunChanges[];
  readonly list: readonly ChangeOfRun[];
  /** One row a training; none where there is one training. */
  readonly trainings: ComparisonTable;
  /** One row a unit and category, the first of them. */
  readonly units: ComparisonTable;
  /** What that list is: how many of how many. */
  readonly caption: string;
}

/** Of many trainings so many are looked through for the list: those that lost or got whole units come first. */
const MOST_LOOKED = 12;

/** Reads them for all trainings, or for the one that is named; of the units at most so many are listed. */
export async function unitChanges(
  results: SweepResults,
  run: string | undefined,
  most: number,
): Promise<UnitChanges> {
  const found = resultTrainings(results);
  const wanted = run === undefined ? null : trainingNamed(found, run).run;
  const changes = (await runChanges(results)).filter((one) => wanted === null || one.run === wanted);
  const moving = changes.filter(({ checkpoints }) => checkpoints > 1);
  const isOne = changes.length === 1;
  const list: ChangeOfRun[] = [];
  let [listed, all] = [0, 0];
  const isChanged = ({ died, awoke }: RunChanges): number => Number(died + awoke > 0);
  for (const { run: name } of moving.toSorted((a, b) => isChanged(b) - isChanged(a))) {
    if (list.length >= most || (listed >= MOST_LOOKED && most !== Infinity)) break;
    const training = found.trainings.find((candidate) => candidate.run === name);
    if (training === undefined) continue;
    const changed = listedChanges(await changedUnits(results, training));
    listed++;
    all += changed.length;
    list.push(...changed.map((unit): ChangeOfRun => ({ run: name, ...unit })));
  }
  const shown = list.slice(0, most);
  const of =
    listed === moving.length
      ? ''
      : `, in ${listed} of ${moving.length} trainings; the others were not looked through`;
  return {
    words: moving.length === 0 ? '' : changesWords(moving),
    runs: moving,
    list: shown,
    trainings: {
      header: ['training', 'from', 'to', 'units ever sensitive', 'died', 'awoke'],
      rows: isOne
        ? []
        : moving
            .filter(({ died, awoke }) => died + awoke > 0)
            .map((one) => [one.run ?? '', one.first, one.last, one.ever, one.died, one.awoke]),
    },
    units: {
      header: [...(isOne ? [] : ['training']), 'layer', 'category', 'unit', ''],
      rows: shown.map(({ run: name, layer, category, unit, change }) => [
        ...(isOne ? [] : [name ?? '']),
        layer ?? '',
        category ?? '',
        unit,
        change,
      ]),
    },
    caption: `Units that died or awoke, by category: ${shown.length} of ${all}${of}`,
  };
}
