import { knownColumns, tickNames } from '@unitscope/plots';
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';

/** A column of a table: what it is called, its value in a row, how that is shown. */
export interface TableColumn<Row> {
  readonly name: string;
  readonly label: string;
  readonly value: (row: Row) => string | number | boolean | null | undefined;
  /** Left out: the value as it is. */
  readonly show?: (row: Row) => ComponentChildren;
  readonly number?: boolean;
  /** What the label means. */
  readonly hint?: string;
  /** Nothing to sort by. */
  readonly isPlain?: boolean;
}

interface Props<Row> {
  readonly caption: string;
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** How many there are, where the server sent the first of them alone; left out: as many as `rows`. */
  readonly total?: number;
  /** Shown at first. */
  readonly most?: number;
  readonly empty?: string;
  /** Attributes of a row, `data-…`. */
  readonly dataOf?: (row: Row) => Readonly<Record<string, string>>;
}

interface Order {
  readonly name: string;
  readonly down: boolean;
}

/** A table that sorts by its headings, the order in the address; full values stand in `data-value`. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  total = rows.length,
  most = 60,
  empty,
  dataOf,
}: Props<Row>) {
  const [order, setOrder] = useOrder(caption);
  const [all, setAll] = useState(false);
  const sorted = useMemo(() => sortedRows(rows, columns, order), [rows, columns, order?.name, order?.down]);
  const shown = all ? sorted : sorted.slice(0, most);
  const names = useMemo(
    () => new Map(columns.map((column) => [column.name, namesIn(column, rows)])),
    [rows, columns],
  );
  if (rows.length === 0 && empty !== undefined) return <p class="note">{empty}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table data-table={caption}>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading
                key={column.name}
                column={column}
                down={order?.name === column.name ? order.down : null}
                onSort={() => setOrder(nextOrder(order, column))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, i) => (
            <tr key={i} {...dataOf?.(row)}>
              {columns.map((column) => (
                <Cell key={column.name} column={column} row={row} names={names.get(column.name)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {total > shown.length && (
        <p class="note">
          {shown.length} of {total} rows.{total > rows.length && ` The first ${rows.length} are here.`}{' '}
          {sorted.length > shown.length && (
            <button type="button" class="quiet" onClick={() => setAll(true)}>
              {total > rows.length ? `Show ${rows.length}` : 'Show all'}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** By which column a table is sorted, as `sort-CAPTION=column` or `=-column`, the largest first. */
function useOrder(caption: string): [Order | null, (order: Order | null) => void] {
  const parameter = `sort-${caption
    .toLocaleLowerCase('en')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)}`;
  const text = useAddress().query.get(parameter);
  const order = text === null ? null : { name: text.replace(/^-/, ''), down: text.startsWith('-') };
  const set = (next: Order | null): void => {
    const value = next === null ? null : `${next.down ? '-' : ''}${next.name}`;
    setQuery({ [parameter]: value }, { replace: true });
  };
  return [order, set];
}

/** The columns that say something in some row, and the first one. */
export function knownOf<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): TableColumn<Row>[] {
  return knownColumns(columns, rows, ({ value }, row) => value(row));
}

interface HeadingProps<Row> {
  readonly column: TableColumn<Row>;
  readonly down: boolean | null;
  readonly onSort: () => void;
}

function Heading<Row>({ column, down, onSort }: HeadingProps<Row>) {
  const sort = down === null ? 'none' : down ? 'descending' : 'ascending';
  if (column.isPlain === true) return <th scope="col">{column.label}</th>;
  return (
    <th scope="col" class={column.number === true ? 'number' : ''} aria-sort={sort}>
      <button type="button" class="sort" title={column.hint} onClick={onSort}>
        {column.label}
        <span aria-hidden="true" class="direction">
          {down === null ? '' : down ? '↓' : '↑'}
        </span>
      </button>
    </th>
  );
}

/** Longer names lose what all of their column share, so that they are told apart. */
const MOST_CHARACTERS = 40;

/** What long texts of a column are called in it; undefined where none is long. */
function namesIn<Row>(
  { value, show, number }: TableColumn<Row>,
  rows: readonly Row[],
): ReadonlyMap<string, string> | undefined {
  if (show !== undefined || number === true) return undefined;
  const texts = [...new Set(rows.map((row) => String(value(row) ?? '')))];
  return texts.some(({ length }) => length > MOST_CHARACTERS) ? tickNames(texts, MOST_CHARACTERS) : undefined;
}

interface CellProps<Row> {
  readonly column: TableColumn<Row>;
  readonly row: Row;
  readonly names: ReadonlyMap<string, string> | undefined;
}

function Cell<Row>({ column, row, names }: CellProps<Row>) {
  const value = column.value(row);
  const text = String(value ?? '');
  const short = names?.get(text) ?? text;
  return (
    <td
      class={column.number === true ? 'number' : ''}
      title={short === text ? undefined : text}
      data-column={column.name}
      data-value={value === null || value === undefined ? '' : String(value)}
    >
      {column.show === undefined ? short : column.show(row)}
    </td>
  );
}

function nextOrder<Row>(order: Order | null, { name, number }: TableColumn<Row>): Order | null {
  const first = number === true;
  if (order?.name !== name) return { name, down: first };
  return order.down === first ? { name, down: !first } : null;
}

function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  order: Order | null,
): readonly Row[] {
  const column = columns.find(({ name }) => name === order?.name);
  if (order === null || column === undefined) return rows;
  const sign = order.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [column.value(a) ?? null, column.value(b) ?? null];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * String(x).localeCompare(String(y), 'en', { numeric: true });
  });
}
