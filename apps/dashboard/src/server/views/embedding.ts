import { embeddedColumns } from '@unitscope/plots';
import { embedCheckpoints } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** All checkpoints as points: the first two principal components of H of their layers. */
export async function embeddingView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters } = context;
  const asked = { category: parameters.text('category'), by: parameters.text('by') };
  return rowsAnswer(embeddedColumns, await embedCheckpoints(await context.affordable(), asked));
}
