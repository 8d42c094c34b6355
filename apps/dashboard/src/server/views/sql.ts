import { runQuery, SweepResults } from '@unitscope/query';
import { RequestRefusedError } from '../errors.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

const MOST_SQL = 20_000;
const SHOWN_ROWS = 5000;

/** The rows that a SELECT gives: the first of them as Arrow, or all as CSV. */
export async function sqlView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters, request, store } = context;
  const sql = parameters.required('q');
  if (sql.length > MOST_SQL) {
    throw new RequestRefusedError(
      400,
      'PARAMETER',
      `q: expected at most ${MOST_SQL} characters, found ${sql.length}`,
    );
  }
  const sweeps = [await context.results()];
  const others = (parameters.text('with') ?? '')
    .split(',')
    .filter((name) => name !== '' && name !== request.sweep);
  for (const name of new Set(others)) sweeps.push(await SweepResults.open(store, name));
  const result = await runQuery(sweeps, sql);
  if (parameters.text('format') === 'csv') return { type: 'csv', body: result.csv() };
  return { type: 'arrow', body: result.arrow(SHOWN_ROWS), rows: result.length };
}
