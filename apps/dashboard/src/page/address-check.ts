import { RANKINGS } from '@unitscope/entropy';
import { firstNames } from '@unitscope/base';
import { COMMON_VALUES, oneOf, wholeNumbers, wrongValue, type Values } from '../server/parameter-values.js';
import { readRange } from './range.js';
import type { Unknown } from './unknown-name.js';

/** Any text: what is wrong with it, the sweep says. */
const TEXT: Values = { expected: 'a text', has: () => true };
const RANGE: Values = {
  expected: 'two numbers, the lesser first, as 4..128, or one of them, as 4.. or ..128',
  has: (text) => {
    const range = readRange(text);
    return range !== null && (range.from ?? -Infinity) <= (range.to ?? Infinity);
  },
};

/** What holds in every view, or is taken along from one to the next. */
const EVERYWHERE: Readonly<Record<string, Values>> = {
  ...COMMON_VALUES,
  ...{
    layer: TEXT,
    category: TEXT,
    checkpoint: TEXT,
    run: TEXT,
    a: TEXT,
    b: TEXT,
    only: TEXT,
  },
};
const TRAININGS = { steps: RANGE, against: TEXT, by: TEXT, facet: TEXT };
const CHOSEN = { h: RANGE, eps: RANGE, unitsOf: TEXT, unitsAt: TEXT };

/** How the atlas may be sorted. */
export const ATLAS_ORDERS = ['number', 'entropy', 'rank', 'movement', 'similarity'] as const;

/** What each view takes besides. */
const OF_VIEW: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
  '': TRAININGS,
  trend: TRAININGS,
  depth: { relative: oneOf(['yes', 'no']) },
  checkpoints: { by: TEXT },
  distribution: CHOSEN,
  heatmap: { order: oneOf(['number', 'moved']), from: wholeNumbers() },
  atlas: {
    ...{ sort: oneOf(ATLAS_ORDERS), maps: oneOf(['mean', 'top']), of: TEXT },
    ...{ like: wholeNumbers(), from: wholeNumbers() },
  },
  rank: { by: oneOf(RANKINGS) },
  scatter: CHOSEN,
  ablation: { ablation: TEXT },
  compare: {},
  unit: {
    by: oneOf(['number', 'rank', 'entropy']),
    of: TEXT,
    image: TEXT,
    at: wholeNumbers(),
  },
  sql: { q: TEXT, mark: TEXT, x: TEXT, y: TEXT, by: TEXT },
};

/** The order of a table. */
const SORT = /^sort-/;
const MOST_NAMED = 20;

/** A parameter of a view whose value cannot be, and what is expected; null: there is none. */
export function wrongParameter(view: string, query: URLSearchParams): Unknown | null {
  const known: Readonly<Record<string, Values>> = {
    ...EVERYWHERE,
    ...OF_VIEW[view],
  };
  for (const [name, text] of query) {
    const values = Object.hasOwn(known, name) ? known[name] : undefined;
    if (values === undefined || text === '' || values.has(text)) continue;
    return { parameter: name, words: wrongValue(name, text, values) };
  }
  return null;
}

/** Parameters that a view does not take, and a sentence that says which it does; null: there are none. */
export function ignoredParameters(
  view: string,
  title: string,
  query: URLSearchParams,
): { readonly names: readonly string[]; readonly words: string } | null {
  const own = OF_VIEW[view];
  if (own === undefined) return null;
  const known = [...Object.keys(own), ...Object.keys(EVERYWHERE)];
  const names = [...new Set(query.keys())].filter((name) => !known.includes(name) && !SORT.test(name));
  if (names.length === 0) return null;
  const found = firstNames(
    names.map((name) => JSON.stringify(name.slice(0, 40))),
    MOST_NAMED,
  );
  return {
    names,
    words: `${title} takes no ${found}: expected ${firstNames(known, MOST_NAMED)}.`,
  };
}
