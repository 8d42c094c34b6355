import { compareText } from '@unitscope/base';
import type { ManifestWork } from '@unitscope/plan';
import { joinTokens, sqlTokens, type SqlToken } from '../sql/sql-tokens.js';

/** A label column of units and births, and the column of whole numbers that tells the same in every row. */
export interface LabelIndex {
  readonly label: 'checkpoint' | 'layer';
  readonly index: 'checkpoint_index' | 'layer_index';
  /** The label of each number. */
  readonly labels: ReadonlyMap<number, string>;
  /** Whether labels ascend with their numbers: then both order alike. */
  readonly ascending: boolean;
}

/** The label columns of a sweep that have one number for each label. */
export function labelIndices({ checkpoints, source }: ManifestWork): LabelIndex[] {
  const places =
    source.kind === 'models'
      ? source.layerSets.flatMap(({ layers }) => layers.map(({ index, name }) => [index, name] as const))
      : source.cells.map(({ layerIndex, layer }) => [layerIndex, layer] as const);
  return [
    labelIndex(
      'checkpoint',
      'checkpoint_index',
      [...checkpoints.entries()].map(([i, { label }]) => [i, label]),
    ),
    labelIndex('layer', 'layer_index', places),
  ].filter((found) => found !== null);
}

function labelIndex(
  label: LabelIndex['label'],
  index: LabelIndex['index'],
  places: readonly (readonly [number | null, string | null])[],
): LabelIndex | null {
  const labels = new Map<number, string>();
  for (const [number, text] of places) {
    if (number === null || text === null || (labels.get(number) ?? text) !== text) return null;
    labels.set(number, text);
  }
  const inOrder = [...labels].sort(([a], [b]) => a - b).map(([, text]) => text);
  if (new Set(inOrder).size !== inOrder.length) return null;
  if (labels.size === 0) return null;
  const ascending = inOrder.every((text, i) => i === 0 || compareText(inOrder[i - 1] ?? null, text) < 0);
  return { label, index, labels, ascending };
}

export interface IndexedSql {
  readonly sql: string;
  /** The columns of the answer that hold numbers in place of labels. */
  readonly columns: ReadonlyMap<string, LabelIndex>;
}

/**
 * The same SELECT with groups made of numbers in place of labels, which the engine hashes several times as fast; null
 * where a label serves for anything but to be grouped by, selected and ordered by. `sql` has passed guardSql and reads
 * one table.
 */
export function groupByIndex(sql: string, indices: readonly LabelIndex[]): IndexedSql | null {
  const clauses = splitClauses(sqlTokens(sql));
  if (clauses === null) return null;
  const columns = new Map<string, LabelIndex>();
  const replaced = new Map<SqlToken, string>();
  for (const index of indices) {
    const change = replacement(clauses, index);
    if (change === null) continue;
    for (const [token, text] of change.tokens) replaced.set(token, text);
    if (change.column !== null) columns.set(change.column, index);
  }
  if (replaced.size === 0) return null;
  const tokens = clauses.tokens.map((token): SqlToken => {
    const value = replaced.get(token);
    return value === undefined ? token : { ...token, kind: 'word', value };
  });
  return { sql: joinTokens(tokens), columns };
}

interface Clauses {
  readonly tokens: readonly SqlToken[];
  readonly select: readonly SqlToken[][];
  readonly group: readonly SqlToken[][];
  readonly order: readonly SqlToken[][];
}

const CLAUSE = /^(?:SELECT|FROM|WHERE|GROUP|HAVING|ORDER|LIMIT|OFFSET)$/i;
const NOT_PLAIN = /^(?:WITH|JOIN|UNION|INTERSECT|EXCEPT|DISTINCT|ALL|OVER|WINDOW|QUALIFY|FETCH)$/;

/** The parts of `SELECT … FROM table … GROUP BY …`; null for anything with more to it. */
function splitClauses(tokens: readonly SqlToken[]): Clauses | null {
  const clauses = new Map<string, SqlToken[]>();
  let clause: SqlToken[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, ')')) depth--;
    const keyword = token.kind === 'word' ? token.value.toUpperCase() : '';
    if (depth === 0 ? NOT_PLAIN.test(keyword) : keyword === 'SELECT') return null;
    if (depth === 0 && CLAUSE.test(keyword)) {
      if (clauses.has(keyword)) return null;
      clauses.set(keyword, (clause = []));
    } else clause.push(token);
    if (isSymbol(token, '(')) depth++;
  }
  const select = items(clauses.get('SELECT') ?? []);
  const from = clauses.get('FROM') ?? [];
  const [by, ...group] = clauses.get('GROUP') ?? [];
  const order = clauses.get('ORDER')?.slice(1) ?? [];
  const whole = select.some((item) => isSymbol(item.at(-1), '*'));
  if (from.length !== 1 || by === undefined || whole) return null;
  return { tokens, select, group: items(group), order: order.length === 0 ? [] : items(order) };
}

function items(tokens: readonly SqlToken[]): SqlToken[][] {
  const found: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, ')')) depth--;
    if (depth === 0 && isSymbol(token, ',')) found.push([]);
    else found.at(-1)?.push(token);
    if (isSymbol(token, '(')) depth++;
  }
  return found;
}

/** What to write for the tokens of one label, and its column in the answer; null where it must stay. */
function replacement(
  { tokens, select, group, order }: Clauses,
  { label, index, ascending }: LabelIndex,
): { tokens: Map<SqlToken, string>; column: string | null } | null {
  const changed = new Map<SqlToken, string>();
  const selected = select.filter((item) => isNamed(item[0], label));
  const [item] = selected;
  if (selected.length > 1 || (item !== undefined && !isSelected(item))) return null;
  const alias = item?.at(-1);
  const column = alias?.value ?? null;
  if (item?.[0] !== undefined)
    changed.set(item[0], item.length === 1 ? `${index} AS ${quoted(label)}` : index);
  const inGroup = group.filter((part) => part.length === 1 && isNamed(part[0], label));
  if (inGroup.length !== 1) return null;
  for (const [token] of inGroup) if (token !== undefined) changed.set(token, index);
  for (const part of order) {
    const [token, direction] = part;
    if (token === undefined) return null;
    const ordinal = token.kind === 'number' && item !== undefined && item === select[Number(token.value) - 1];
    const named = isNamed(token, label) || (column !== null && isNamed(token, column));
    if (!ordinal && !named) continue;
    const plain = part.length === 1 || (part.length === 2 && /^(?:ASC|DESC)$/i.test(direction?.value ?? ''));
    if (!ascending || !plain) return null;
    if (named) changed.set(token, column === null ? index : quoted(column));
  }
  // Everywhere else, under either name, it would have to be a text.
  const elsewhere = tokens.some(
    (token) =>
      !changed.has(token) &&
      token !== alias &&
      (isNamed(token, label) || (column !== null && isNamed(token, column))),
  );
  return elsewhere ? null : { tokens: changed, column };
}

/** `label`, `label AS name` or `label name`. */
function isSelected(item: readonly SqlToken[]): boolean {
  const name = item.at(-1);
  if (name?.kind !== 'word' && name?.kind !== 'quoted') return false;
  return item.length === 1 || item.length === 2 || (item.length === 3 && /^AS$/i.test(item[1]?.value ?? ''));
}

function isNamed(token: SqlToken | undefined, name: string): boolean {
  return (token?.kind === 'word' || token?.kind === 'quoted') && token.value === name;
}

function isSymbol(token: SqlToken | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.value === symbol;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
