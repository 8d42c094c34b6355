// A process of its own reads results: what takes long keeps no request waiting, and can be ended.
import { ownMemory, watchMemory } from '@unitscope/query';
import { openStore, type ObjectStore } from '@unitscope/store';
import { reasonOf, InputError } from '@unitscope/base';
import { resultsViews } from './results-views.js';
import { ViewContext, type ViewAnswer, type ViewRequest } from './view-request.js';

export interface ResultsQuestion {
  readonly id: number;
  readonly store: string;
  readonly request: ViewRequest;
}

export interface ResultsFailure {
  readonly code: string;
  readonly message: string;
  /** The question was wrong, not the program. */
  readonly input: boolean;
  readonly status?: number;
}

export type ResultsReply =
  | { readonly id: number; readonly answer: ViewAnswer }
  | { readonly id: number; readonly failure: ResultsFailure };

const stores = new Map<string, Promise<ObjectStore>>();

async function answer({ store: address, request }: ResultsQuestion): Promise<ViewAnswer> {
  const view = resultsViews[request.view];
  if (view === undefined) throw new RangeError(`no view ${request.view}`);
  let store = stores.get(address);
  if (store === undefined) stores.set(address, (store = openStore(address)));
  try {
    return await view(new ViewContext(await store, request));
  } catch (error) {
    stores.delete(address);
    throw error;
  }
}

function failureOf(error: unknown): ResultsFailure {
  const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown };
  return {
    code: typeof code === 'string' ? code : 'FAILED',
    message: reasonOf(error),
    input: error instanceof InputError,
    ...(typeof status === 'number' && { status }),
  };
}

/** Bytes that this process may take; the server, which starts it, says how many. */
const memory = Number(process.argv[2]);
watchMemory(memory);

process.on('message', (question: ResultsQuestion) => {
  void answer(question)
    .then((found): ResultsReply => ({ id: question.id, answer: found }))
    .catch((error: unknown): ResultsReply => ({ id: question.id, failure: failureOf(error) }))
    .then((reply) => process.send?.(reply, () => leaveWhenLarge()));
});
// The server has ended.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the server decides when this process ends.
process.on('SIGINT', () => undefined);

/** What the last question took is not the next one's fault: a process that kept much of it is started anew. */
function leaveWhenLarge(): void {
  if (ownMemory() > memory / 2) process.exit(0);
}
