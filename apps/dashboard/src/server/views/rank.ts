import { RANKINGS, type Ranking } from '@unitscope/entropy';
import { rankUnits, type RankedUnit } from '@unitscope/query';
import { arrowTable, type ColumnsOf } from '../arrow-table.js';
import { RequestRefusedError } from '../errors.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

const MOST_UNITS = 2000;

/** The units of a layer with all that `rank` looks at, by one ranking; and how far the rankings agree. */
export async function rankView(context: ViewContext): Promise<ViewAnswer> {
  const { units, by } = await ranking(context);
  // What a unit does not have ranks it nowhere.
  const ranked = units.filter(({ values }) => values[by] !== null);
  const values = Object.fromEntries(
    RANKINGS.map((name) => [name, ['number', ({ values: all }: RankedUnit) => all[name]]] as const),
  );
  const columns: ColumnsOf<RankedUnit> = {
    layer: ['text', ({ layer }) => layer],
    rank: ['whole', ({ ranks }) => ranks[by]],
    unit: ['whole', ({ unit }) => unit],
    ...(values as ColumnsOf<RankedUnit>),
  };
  const body = arrowTable(ranked.slice(0, MOST_UNITS), columns, {
    by,
    units: String(units.length),
    alive: String(units.filter(({ sensitive }) => sensitive).length),
  });
  return { type: 'arrow', body, rows: ranked.length };
}

export async function rankAgreementView(context: ViewContext): Promise<ViewAnswer> {
  const { agreement } = await ranking(context);
  const body = arrowTable(agreement, {
    first: ['text', ({ first }) => first],
    second: ['text', ({ second }) => second],
    units: ['whole', ({ units }) => units],
    spearman: ['number', ({ spearman }) => spearman],
    kendall: ['number', ({ kendall }) => kendall],
    p: ['number', ({ p }) => p],
  });
  return { type: 'arrow', body };
}

async function ranking(context: ViewContext): ReturnType<typeof rankUnits> {
  const { parameters } = context;
  const results = await context.results();
  return await rankUnits(results, results.checkpoint(parameters.required('checkpoint')), {
    by: rankingOf(parameters.text('by') ?? 'ineffectiveness'),
    layer: parameters.required('layer'),
    category: parameters.text('category'),
  });
}

function rankingOf(text: string): Ranking {
  const found = RANKINGS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new RequestRefusedError(
    400,
    'PARAMETER',
    `by: expected ${RANKINGS.join(', ')}, found ${JSON.stringify(text.slice(0, 40))}`,
  );
}
