/** Which size of its maps an axis of a tensor runs along: images, units, rows, columns. */
export type AxisName = 'images' | 'units' | 'rows' | 'columns';

/** A whole size of the maps, or a part of one that a reshape split: position = digit × stride. */
interface Factor {
  readonly name: AxisName;
  /** Null where it has not been measured. */
  readonly size: number | null;
  readonly stride: number;
}

type Axis = readonly Factor[];

/** What each axis of a tensor runs along; a reshape may join several in one axis, or split one over several. */
export type Axes = readonly Axis[];

const FIRST: readonly AxisName[] = ['images', 'units', 'rows', 'columns'];
const LAST: readonly AxisName[] = ['images', 'rows', 'columns', 'units'];

const axesOf = (names: readonly AxisName[]): Axes => names.map((name) => [{ name, size: null, stride: 1 }]);

/** Of maps [image][unit][y][x], or [image][y][x][unit]. */
export function mapAxes(channelsLast: boolean): Axes {
  return axesOf(channelsLast ? LAST : FIRST);
}

export function transposed(axes: Axes, order: readonly number[] | undefined): Axes | null {
  const moved = order === undefined ? axes.toReversed() : order.map((from) => axes[from]);
  const complete = moved.flatMap((axis) => (axis === undefined ? [] : [axis]));
  return complete.length === axes.length ? complete : null;
}

/** The axes after a reshape from one list of sizes to another; null where an axis is cut unevenly. */
export function reshaped(axes: Axes, from: readonly number[], to: readonly number[]): Axes | null {
  const sized = measured(axes, from);
  if (sized === null) return null;
  const waiting = sized.flat().filter(({ size }) => size !== 1);
  const made: Axis[] = [];
  for (const size of to) {
    const axis: Factor[] = [];
    for (let rest = size; rest > 1;) {
      const next = waiting.shift();
      if (next?.size == null) return null;
      if (rest % next.size === 0) {
        axis.push(next);
        rest /= next.size;
        continue;
      }
      if (next.size % rest !== 0) return null;
      const inner = next.size / rest;
      axis.push({ ...next, size: rest, stride: next.stride * inner });
      waiting.unshift({ ...next, size: inner });
      rest = 1;
    }
    made.push(axis);
  }
  return waiting.length === 0 ? made : null;
}

/** With sizes for what has not been measured; null where the sizes are of another tensor. */
function measured(axes: Axes, sizes: readonly number[]): Axes | null {
  if (axes.length !== sizes.length) return null;
  const found = axes.map((axis, at) =>
    axis.map((factor) => (factor.size === null ? { ...factor, size: sizes[at] ?? 1 } : factor)),
  );
  const isEqual = found.every(
    (axis, at) => axis.reduce((product, { size }) => product * (size ?? 1), 1) === sizes[at],
  );
  return isEqual ? found : null;
}

/** Whether the tensor holds whole maps, and where its units are; null where it is arranged in another way. */
export function mapLayout(axes: Axes | null): 'channels first' | 'channels last' | null {
  if (axes?.length !== 4) return null;
  const runs = (names: readonly AxisName[]): boolean =>
    axes.every((axis, at) => {
      const merged = mergedAxis(axis);
      return merged !== null && (merged === 'none' || merged === names[at]);
    });
  if (runs(FIRST)) return 'channels first';
  return runs(LAST) ? 'channels last' : null;
}

/** Maps whose rows and columns lie in one axis: [image][unit][y·x] or [image][y·x][unit], with axes of one place between. */
export interface FlatMaps {
  readonly layout: 'channels first' | 'channels last';
  readonly height: number;
  readonly width: number;
}

/** Null where the tensor is not that. */
export function flatMaps(axes: Axes): FlatMaps | null {
  const [images, ...others] = axes.map((axis) => axis.filter(({ size }) => size !== 1));
  const [second = [], third = [], ...more] =
    others.length === 2 ? others : others.filter(({ length }) => length > 0);
  if (others.length < 2 || more.length > 0) return null;
  if (images?.some(({ name }) => name !== 'images') === true) return null;
  for (const [layout, pixels, units] of [
    ['channels first', third, second],
    ['channels last', second, third],
  ] as const) {
    const [rows, columns, ...rest] = pixels;
    const isGrid = rows?.name === 'rows' && columns?.name === 'columns' && rest.length === 0;
    if (!isGrid || rows.stride !== 1 || columns.stride !== 1) continue;
    if (rows.size === null || columns.size === null || mergedAxis(units) !== 'units') continue;
    return { layout, height: rows.size, width: columns.size };
  }
  return null;
}

/** The one size that an axis runs along in its own order; none where it has one place; null where it is another. */
function mergedAxis(axis: Axis): AxisName | 'none' | null {
  const parts = axis.filter(({ size }) => size !== 1);
  const [first] = parts;
  if (first === undefined) return 'none';
  const isWhole = parts.every(
    ({ name, stride }, at) =>
      name === first.name &&
      stride === parts.slice(at + 1).reduce((product, { size }) => product * (size ?? 1), 1),
  );
  return isWhole ? first.name : null;
}

/** The axis that runs along the units, where there is one of them alone. */
export function unitAxis(axes: Axes): number | null {
  const layout = mapLayout(axes);
  if (layout === null) return null;
  return layout === 'channels first' ? 1 : 3;
}
