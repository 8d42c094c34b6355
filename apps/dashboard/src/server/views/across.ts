import { acrossColumns } from '@unitscope/plots';
import { compareSweeps } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** The sweep beside another of the store: what they have in common, pair by pair. */
export async function acrossView(context: ViewContext): Promise<ViewAnswer> {
  const found = await compareSweeps(await context.results(), context.parameters.required('with'));
  return rowsAnswer(acrossColumns, found);
}
