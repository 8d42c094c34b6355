import { naturalOrder } from '@unitscope/base';
import { labelPlaces } from './label-places.js';
import type { MetaValue } from './manifest.js';

/** What a checkpoint is placed by. */
export interface PlacedBy {
  readonly label: string;
  readonly meta: Readonly<Record<string, MetaValue>>;
}

/** The checkpoints of one training, in the order in which it went through them. */
export interface Training {
  /** What tells it from the others, as `lr=0.01, seed=1`; null where there is one training. */
  readonly run: string | null;
  /** The metadata that does not change along it, its run columns among them. */
  readonly settings: Readonly<Record<string, MetaValue>>;
  /** Indices of its checkpoints. */
  readonly members: readonly number[];
  /** The step, or what else places them, one a member. */
  readonly places: readonly number[];
}

export interface Trainings {
  /** What places a checkpoint within its training: metadata, or the step that all labels name; null: nothing does. */
  readonly axis: string | null;
  /** The metadata that tells trainings apart. */
  readonly runColumns: readonly string[];
  /** By the metadata that tells them apart, as `compareSettings` has it. */
  readonly trainings: readonly Training[];
  /** Indices of checkpoints without a place, or without a value of a run column that the others need. */
  readonly unplaced: readonly number[];
  /** What these lack: the axis, run columns. */
  readonly lacking: readonly string[];
  /** Why the trainings cannot be told apart, and what to do; then there is none. */
  readonly problem: string | null;
}

const AXES = ['step', 'global_step', 'epoch', 'iteration', 'iter'];
/** Networks that nothing places may be of a zoo: none is the first or the last of them. */
const PLACELESS =
  'nothing says at which step or epoch the checkpoints are: give it by `pattern` or `meta` (in Arrow files: ' +
  '`unitscope.meta`), or in labels such as step-16; networks that are a training each are told apart by `run`, as in `run: [seed]`';
/** More columns than that tell no trainings apart. */
const MOST_COLUMNS = 4;
/** Columns that some checkpoints lack: of more than that it is not tried which of them matter. */
const MOST_LACKING = 12;

/**
 * The trainings among checkpoints. A training is what shares the values of `run`. Where that is not given, it is the fewest
 * columns that are constant along a training and leave no place to two checkpoints of one.
 */
export function trainingsOf(checkpoints: readonly PlacedBy[], run?: readonly string[]): Trainings {
  const column = AXES.find((name) => isNumeric(checkpoints, name)) ?? null;
  const named = column === null ? labelPlaces(checkpoints.map(({ label }) => label)) : null;
  const axis = column ?? named?.axis ?? null;
  const placeOf = (index: number): number | null => {
    if (column !== null) return numberIn(checkpoints[index]?.meta[column]);
    return named === null ? index : (named.places[index] ?? null);
  };
  const all = [...checkpoints.keys()];
  const stepped = all.filter((index) => placeOf(index) !== null);
  const { columns, placed } = toldApart(checkpoints, stepped, placeOf, axis, run);
  const held = new Set(placed);
  const unplaced = all.filter((index) => !held.has(index));
  const lacking = [
    ...(stepped.length < all.length ? [axis ?? 'step'] : []),
    ...(columns ?? []).filter(
      (name) => placed.length < stepped.length && unplaced.some((index) => !holds(checkpoints, index, name)),
    ),
  ];
  const none = { axis, runColumns: columns ?? [], trainings: [], unplaced, lacking };
  if (columns === null) return { ...none, problem: ambiguity(checkpoints, placed, placeOf, axis) };
  const groups = grouped(checkpoints, placed, columns);
  if (axis === null && [...groups.values()].some((members) => members.length > 1))
    return { ...none, problem: PLACELESS };
  if (![...groups.values()].every((members) => isApart(members, placeOf)))
    return { ...none, problem: ambiguity(checkpoints, placed, placeOf, axis, columns) };
  const sorted = [...groups.values()].sort(([a], [b]) =>
    compareSettings(checkpoints[a ?? 0]?.meta ?? {}, checkpoints[b ?? 0]?.meta ?? {}, columns),
  );
  const trainings = sorted.map((members): Training => {
    const ordered = members.toSorted((a, b) => (placeOf(a) ?? 0) - (placeOf(b) ?? 0) || a - b);
    return {
      run: columns.length === 0 ? null : runText(checkpoints[members[0] ?? 0]?.meta ?? {}, columns),
      settings: constants(checkpoints, members),
      members: ordered,
      places: ordered.map((index) => placeOf(index) ?? 0),
    };
  });
  return { axis, runColumns: columns, trainings, unplaced, lacking, problem: null };
}

/** The order of settings wherever they stand in a row: column by column, numbers ascending, texts as people read them. */
export function compareSettings(
  a: PlacedBy['meta'],
  b: PlacedBy['meta'],
  columns: readonly string[],
): number {
  const column = columns.find((name) => String(a[name] ?? '') !== String(b[name] ?? '')) ?? '';
  const [x, y] = [a[column], b[column]];
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  return naturalOrder(String(x ?? ''), String(y ?? ''));
}

type PlaceOf = (index: number) => number | null;

/** No two checkpoints of one training are at one place. */
function isApart(members: readonly number[], placeOf: PlaceOf): boolean {
  return new Set(members.map(placeOf)).size === members.length;
}

/** The run columns, and the checkpoints that they place: those that lack a value stand apart where they must. */
function toldApart(
  checkpoints: readonly PlacedBy[],
  placed: readonly number[],
  placeOf: PlaceOf,
  axis: string | null,
  run: readonly string[] | undefined,
): { readonly columns: readonly string[] | null; readonly placed: readonly number[] } {
  const have = (columns: readonly string[]): number[] =>
    placed.filter((index) => columns.every((name) => holds(checkpoints, index, name)));
  if (run !== undefined) {
    const isWhole = [...grouped(checkpoints, placed, run).values()].every((own) => isApart(own, placeOf));
    const known = have(run);
    return { columns: run, placed: isWhole || known.length === 0 ? placed : known };
  }
  const found = runColumns(checkpoints, placed, placeOf, axis);
  if (found !== null) return { columns: found, placed };
  // The largest part of them, more than half, that has what tells its trainings apart.
  const lacking = columnsOf(checkpoints)
    .filter((name) => have([name]).length * 2 > placed.length && have([name]).length < placed.length)
    .slice(0, MOST_LACKING);
  const partial = [...subsets(lacking, 1), ...subsets(lacking, 2)]
    .map((names) => have(names))
    .filter((known) => known.length * 2 > placed.length)
    .sort((a, b) => b.length - a.length);
  for (const known of partial) {
    const columns = runColumns(checkpoints, known, placeOf, axis);
    if (columns !== null && have(columns).length === known.length) return { columns, placed: known };
  }
  return { columns: null, placed };
}

/** The fewest columns that tell trainings apart; of as many, those that make the fewest trainings. Null: there are none. */
function runColumns(
  checkpoints: readonly PlacedBy[],
  placed: readonly number[],
  placeOf: PlaceOf,
  axis: string | null,
): readonly string[] | null {
  if (isApart(placed, placeOf)) return [];
  const partitions = new Set<string>();
  const candidates = columnsOf(checkpoints)
    .filter(
      (name) => name !== axis && !AXES.includes(name) && isConstantAlong(checkpoints, placed, placeOf, name),
    )
    .sort((a, b) => Number(isMeasure(checkpoints, a)) - Number(isMeasure(checkpoints, b)))
    // Of columns that part the checkpoints in the same way, one is enough: a training has many settings.
    .filter((name) => {
      const partition = JSON.stringify([...grouped(checkpoints, placed, [name]).values()]);
      const isNew = !partitions.has(partition);
      partitions.add(partition);
      return isNew;
    });
  const finest = [...grouped(checkpoints, placed, candidates).values()];
  if (!finest.every((members) => isApart(members, placeOf))) return null;
  for (let size = 1; size <= Math.min(MOST_COLUMNS, candidates.length); size++) {
    const found = subsets(candidates, size)
      .map((columns) => ({ columns, groups: [...grouped(checkpoints, placed, columns).values()] }))
      .filter(({ groups }) => groups.every((members) => isApart(members, placeOf)))
      .sort((a, b) => a.groups.length - b.groups.length);
    if (found[0] !== undefined) return found[0].columns.toSorted();
  }
  return null;
}

/** Whether each of its values holds at several places, as a setting does, unlike a measured value; none may lack it. */
function isConstantAlong(
  checkpoints: readonly PlacedBy[],
  placed: readonly number[],
  placeOf: PlaceOf,
  name: string,
): boolean {
  const places = new Set(placed.map(placeOf)).size;
  const groups = grouped(checkpoints, placed, [name]);
  const isMissing = placed.some((index) => !holds(checkpoints, index, name));
  if (isMissing || groups.size < 2) return false;
  // Checkpoints of one place each are trainings of one checkpoint each.
  if (places === 1) return true;
  return [...groups.values()].every((members) => new Set(members.map(placeOf)).size > 1);
}

function ambiguity(
  checkpoints: readonly PlacedBy[],
  placed: readonly number[],
  placeOf: PlaceOf,
  axis: string | null,
  columns: readonly string[] = [],
): string {
  const groups = [...grouped(checkpoints, placed, columns).values()];
  const twice = groups.flatMap((members) =>
    [...Map.groupBy(members, placeOf)].filter(([, there]) => there.length > 1),
  );
  const [[place, there] = [null, []]] = twice;
  const words =
    columns.length === 0
      ? 'no metadata tells'
      : `${columns.join(', ')} ${columns.length === 1 ? 'does' : 'do'} not tell`;
  const labels = there
    .slice(0, 2)
    .map((index) => checkpoints[index]?.label ?? '')
    .join(' and ');
  return (
    `${there.length} checkpoints are at ${axis ?? 'place'} ${place ?? 0} (${labels}), and ` +
    `${words} their trainings apart: ` +
    'give each checkpoint what does, such as a seed, by `pattern` or `meta` (in Arrow files: `unitscope.meta`), ' +
    'and name it where it is not found, as in `run: [lr, seed]`'
  );
}

/** `lr=0.01, seed=1`. */
function runText(meta: PlacedBy['meta'], columns: readonly string[]): string {
  return columns.map((name) => `${name}=${String(meta[name] ?? '')}`).join(', ');
}

function grouped(
  checkpoints: readonly PlacedBy[],
  indices: readonly number[],
  columns: readonly string[],
): Map<string, number[]> {
  return Map.groupBy(indices, (index) =>
    JSON.stringify(columns.map((name) => String(checkpoints[index]?.meta[name] ?? ''))),
  );
}

function constants(checkpoints: readonly PlacedBy[], members: readonly number[]): Record<string, MetaValue> {
  const metas = members.map((index) => checkpoints[index]?.meta ?? {});
  const [first = {}] = metas;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) =>
      metas.every((meta) => Object.is(meta[name] ?? null, value)),
    ),
  );
}

function holds(checkpoints: readonly PlacedBy[], index: number, name: string): boolean {
  return (checkpoints[index]?.meta[name] ?? null) !== null;
}

function columnsOf(checkpoints: readonly PlacedBy[]): string[] {
  return [...new Set(checkpoints.flatMap(({ meta }) => Object.keys(meta)))].sort();
}

function isNumeric(checkpoints: readonly PlacedBy[], name: string): boolean {
  const values = checkpoints.map(({ meta }) => meta[name] ?? null).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === 'number');
}

/** Whether it holds fractions, as measured values do more often than settings. */
function isMeasure(checkpoints: readonly PlacedBy[], name: string): boolean {
  return checkpoints.some(({ meta }) => typeof meta[name] === 'number' && !Number.isInteger(meta[name]));
}

function numberIn(value: MetaValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function subsets(names: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return names.flatMap((name, i) => subsets(names.slice(i + 1), size - 1).map((rest) => [name, ...rest]));
}
