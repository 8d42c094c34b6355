import type { RenderFunction } from '@observablehq/plot';

/** What a mark shows: values by the names of their columns. */
export type MarkRow = Readonly<Record<string, string | number | boolean | null>>;

/** The attribute of an element that is one row: a point, a cell, a bar. */
const ROW = 'data-row';
/** The attribute of what belongs to all rows with these values: a line, a band, an entry of a legend. */
export const PART = 'data-of';

/** Plot's option by which each element of a mark holds its row as JSON; one without a row holds none. */
export function rowsOf<T>(
  data: readonly T[],
  rowOf: (datum: T) => MarkRow | undefined,
): { readonly render: RenderFunction } {
  return withAttribute(ROW, (element) => {
    const datum = data[placeOf(element)];
    return datum === undefined ? undefined : rowOf(datum);
  });
}

/** The same for every element of a mark: what all of it is of. */
export function partOf(row: MarkRow | undefined): { readonly render: RenderFunction } {
  return withAttribute(PART, () => row);
}

/** Scalars of a row; lists are for drawing. */
export function scalarsOf(row: object): MarkRow {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value === null || typeof value !== 'object'),
  );
}

function withAttribute(
  name: string,
  rowOf: (element: Element) => MarkRow | undefined,
): { readonly render: RenderFunction } {
  return {
    render: (index, scales, values, dimensions, context, next) => {
      const group = next?.(index, scales, values, dimensions, context) ?? null;
      for (const element of Array.from(group?.children ?? [])) {
        const row = rowOf(element);
        if (row !== undefined) element.setAttribute(name, JSON.stringify(row));
      }
      return group;
    },
  };
}

/** Where the datum of an element stands in the data: Plot joins elements to places, of a line to those of its points. */
function placeOf(element: Element): number {
  const { __data__: joined } = element as Element & { readonly __data__?: number | readonly number[] };
  return typeof joined === 'number' ? joined : (joined?.[0] ?? -1);
}
