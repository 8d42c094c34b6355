import { RANKINGS } from '@unitscope/entropy';
import { agreementColumns, rankedColumns, type RankedNotes, type RankedRow } from '@unitscope/plots';
import { rankUnits } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
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
    by: parameters.oneOf('by', RANKINGS) ?? 'ineffectiveness',
    layer: parameters.required('layer'),
    category: parameters.text('category'),
  });
}
