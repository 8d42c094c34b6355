import {
  cellCount,
  trainingsOf,
  type Manifest,
  type MetaValue,
  type Trainings,
  type ManifestWork,
} from '@unitscope/plan';
import type { SweepOutcome } from '@unitscope/engine';
import { counted, line, shownText } from '@unitscope/base';
import { humanSeconds } from '../terminal/text-table.js';

/** What a sweep consists of: "11 checkpoints × 5 layers × 10 categories = 550 cells". */
export function numberOfCells(manifest: Manifest): string {
  const cells = manifest.checkpoints.reduce((sum, _, i) => sum + cellCount(manifest, i), 0);
  const checkpoints = counted(manifest.checkpoints.length, 'checkpoint');
  const { source } = manifest;
  if (source.kind !== 'models') {
    const files = source.kind === 'activations' ? 'activation files' : 'measurements';
    return `${checkpoints}, ${counted(cells, 'cell')} of ${files}`;
  }
  const numbers = [...new Set(source.layerSets.map((set) => set.layers.length))].sort((a, b) => a - b);
  const layers = numbers.length === 1 ? counted(numbers[0] ?? 0, 'layer') : `${numbers.join(' or ')} layers`;
  const categories = counted(source.categories.length, 'category', 'categories');
  return `${checkpoints} × ${layers} × ${categories} = ${counted(cells, 'cell')}`;
}

/** The trainings of a sweep: run and settings of each, and the place of each of its checkpoints. */
export interface PlannedTrainings {
  readonly axis: string | null;
  readonly runColumns: readonly string[];
  readonly trainings: readonly {
    readonly run: string | null;
    readonly settings: Readonly<Record<string, MetaValue>>;
    readonly checkpoints: readonly { readonly label: string; readonly place: number }[];
  }[];
  readonly unplaced: readonly string[];
  readonly lacking: readonly string[];
  readonly problem: string | null;
}

/** The trainings among the checkpoints of a sweep, by their labels. */
export function plannedTrainings(manifest: Manifest): PlannedTrainings {
  const { axis, runColumns, trainings, unplaced, lacking, problem } = trainingsIn(manifest);
  const labelOf = (index: number): string => manifest.checkpoints[index]?.label ?? '';
  return {
    axis,
    runColumns,
    trainings: trainings.map(({ run, settings, members, places }) => ({
      run,
      settings,
      checkpoints: members.map((index, i) => ({ label: labelOf(index), place: places[i] ?? 0 })),
    })),
    unplaced: unplaced.map(labelOf),
    lacking,
    problem,
  };
}

function trainingsIn({ checkpoints, source }: ManifestWork): Trainings {
  return trainingsOf(checkpoints, source.run);
}

/** How many trainings the checkpoints are of, what tells them apart, and what places each in its own. */
export function trainingsText(manifest: ManifestWork): string {
  const { trainings, runColumns, axis, unplaced, lacking, problem } = trainingsIn(manifest);
  if (problem !== null) return shownText(`cannot be told apart: ${problem}`);
  const by = runColumns.length === 0 ? '' : ` (by ${runColumns.join(', ')})`;
  const apart =
    unplaced.length === 0 ? '' : `; not placed, for want of ${lacking.join(' or ')}: ${unplaced.length}`;
  return shownText(`${trainings.length}${by}${axis === null ? '' : `, placed by ${axis}`}${apart}`);
}

/** What a sweep passes over: layers that cannot be measured, or not in whole, images that cannot be decoded. */
export function leftOutLines(source: Manifest['source']): string[] {
  if (source.kind !== 'models') return [];
  const layers = source.layerSets
    .flatMap((set) => set.unmeasured)
    .map(({ name, reason }) => `not measured: ${shownText(name)}: ${shownText(reason)}`);
  const alone = source.layerSets.flatMap((set) =>
    set.alone === undefined ? [] : [`one image a forward pass: ${shownText(set.alone)}`],
  );
  const parts = source.layerSets
    .flatMap((set) => set.layers)
    .flatMap(({ name, size, croppedFrom }) =>
      croppedFrom === undefined
        ? []
        : [
            `measured in part: ${shownText(name)}: the centred ${size}×${size} of maps of ${croppedFrom.join('×')}`,
          ],
    );
  const images = source.categories
    .flatMap(({ skipped = [] }) => skipped)
    .map(({ reason }) => `skipped: ${shownText(reason)}`);
  return [
    ...new Set(alone),
    ...atMostTen([...new Set(layers)]),
    ...atMostTen([...new Set(parts)]),
    ...atMostTen(images),
  ];
}

/** What the author of the spec should know before any work. */
export function noticeLines(source: Manifest['source']): string[] {
  return atMostTen(noticesOf(source).map(shownText));
}

/** The same, as they are. */
export function noticesOf(source: Manifest['source']): readonly string[] {
  if (source.kind === 'models') return source.notices ?? [];
  if (source.shown === undefined) return [];
  const shown = new Set(source.shown.categories.map(({ label }) => label));
  return [...new Set(source.cells.map(({ category }) => category))]
    .filter((category) => category === null || !shown.has(category))
    .map((category) =>
      category === null
        ? 'source.images: files without a category have no photographs'
        : `source.images: no images of the category ${JSON.stringify(category)}, which has no photographs`,
    );
}

/** How many images are shown beside activation files; null where the spec names none. */
export function photographsText(source: Manifest['source']): string | null {
  if (source.kind === 'models' || source.shown === undefined) return null;
  const { categories } = source.shown;
  const images = counted(
    categories.reduce((sum, one) => sum + one.images.length, 0),
    'image',
  );
  return `${images} of ${counted(categories.length, 'category', 'categories')}`;
}

/** The first lines, and how many more there are. */
export function atMostTen(lines: readonly string[]): string[] {
  return lines.length <= 10 ? [...lines] : [...lines.slice(0, 10), `… and ${lines.length - 10} more`];
}

/** What a person reads at the end of a sweep. */
export function summaryLines(manifest: Manifest, store: string, outcome: SweepOutcome): string {
  const { cells, maps, seconds, failures, held } = outcome;
  const lines = [
    line`sweep ${manifest.sweep}: ${counted(cells.done, 'cell')} done (${cells.cached} already there), ` +
      `${counted(maps, 'map')} measured in ${humanSeconds(seconds)}`,
  ];
  if (failures.length > 0) {
    lines.push(
      `${counted(failures.length, 'task')} failed (${counted(cells.failed, 'cell')}), also in failures.arrow:`,
    );
    for (const { checkpoint, layer, category, code, message } of failures.slice(0, 10)) {
      const place = [checkpoint, layer, category].filter((part) => part !== null).join(' / ');
      lines.push(`  ${shownText(place)}: ${shownText(code)}: ${shownText(message)}`);
    }
    if (failures.length > 10) lines.push(`  … and ${failures.length - 10} more`);
  }
  if (held < cells.total) lines.push(incompleteLine(manifest.sweep, held, cells.total, failures));
  const tables = ['checkpoints', 'units/*', 'layers/*', ...(manifest.keepBirths ? ['births/*'] : [])].join(
    ',',
  );
  lines.push(...leftOutLines(manifest.source));
  lines.push(line`results: ${store}/sweeps/${manifest.sweep}/results/{${tables}}.arrow`);
  return `${lines.join('\n')}\n`;
}

/** Where the tables do not hold every cell: how many, and whether all that is lacking is explained. */
function incompleteLine(
  sweep: string,
  held: number,
  total: number,
  failures: SweepOutcome['failures'],
): string {
  const lost = failures.some(({ code }) => code === 'OBJECT_LOST');
  const what = `the result tables hold ${held.toLocaleString('en')} of ${counted(total, 'cell')}`;
  return lost ? line`sweep ${sweep} is incomplete: ${what}` : what;
}
