import type { ColumnChart } from '../charts/column-chart.js';

/** A value of a row whose columns are not known before. */
type Value = string | number | boolean | null;

/** One column against another: numbers in `y`, by the values of `by` where that is not ''. */
export interface ColumnChoice {
  readonly mark: ColumnChart['mark'];
  readonly x: string;
  readonly y: string;
  readonly by: string;
}

/** Any two columns of rows as a chart; a row without a number in `y`, or a value in `x`, is not drawn. */
export function columnModel<Row>(
  rows: readonly Row[],
  { mark, x, y, by }: ColumnChoice,
  valueOf: (row: Row, column: string) => Value,
): ColumnChart {
  return {
    title: `${y} by ${x}`,
    subtitle: by === '' ? '' : `One series a value of ${by}.`,
    xLabel: x,
    yLabel: y,
    mark,
    ...(by !== '' && { by }),
    points: rows.flatMap((row) => {
      const [at, value] = [valueOf(row, x), valueOf(row, y)];
      if (typeof value !== 'number' || !Number.isFinite(value) || at === null) return [];
      const series = by === '' ? '' : String(valueOf(row, by) ?? '');
      const shown = { [x]: at, [y]: value, ...(by !== '' && { [by]: valueOf(row, by) }) };
      return [{ x: typeof at === 'number' ? at : String(at), y: value, series, row: shown }];
    }),
  };
}
