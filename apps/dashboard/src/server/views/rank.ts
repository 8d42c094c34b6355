import { RANKINGS, type Ranking } from '@unitscope/entropy';
import { agreementColumns, rankedColumns, type RankedNotes, type RankedRow } from '@unitscope/plots';
import { rankUnits } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import { RequestRefusedError } from '../errors.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

const MOST_UNITS = 2000;

/** The units of a layer with all that `rank` looks at, by one ranking; and how far the rankings agree. */
export async function rankView(context: ViewContext): Promise<ViewAnswer> {
  const { units, by } = await ranking(context);
  // What a unit does not have ranks it nowhere.
  const ranked = units.filter(({ values }) => values[by] !== null);
  const rows = ranked.map(({ layer, unit, ranks, values }): RankedRow => ({
    ...{ layer, unit, rank: ranks[by] },
    ...values,
  }));
  const notes: RankedNotes = {
    units: units.length,
    alive: units.filter(({ sensitive }) => sensitive).length,
  };
  return rowsAnswer(rankedColumns, { rows, notes }, { most: MOST_UNITS });
}

export async function rankAgreementView(context: ViewContext): Promise<ViewAnswer> {
  const { agreement } = await ranking(context);
  return rowsAnswer(agreementColumns, { rows: agreement, notes: {} });
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
