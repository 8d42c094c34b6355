// A process of its own reads results: what takes long keeps no request waiting, and can be ended.
import { ownMemory, watchMemory } from '@unitscope/query';
import { answerRequests } from '@unitscope/process';
import { openStore, type ObjectStore } from '@unitscope/store';
import { reasonOf, InputError } from '@unitscope/base';
import { resultsViews } from './results-views.js';
import { ViewContext, type ViewAnswer, type ViewRequest } from './view-request.js';

export interface ResultsQuestion {
  readonly store: string;
  readonly request: ViewRequest;
  /** When it came, as `Date.now` has it: others may have been answered before it since. */
  readonly asked: number;
}

export interface ResultsFailure {
  readonly code: string;
  readonly message: string;
  /** The question was wrong, not the program. */
  readonly input: boolean;
  readonly status?: number;
}

export type ResultsReply = { readonly answer: ViewAnswer } | { readonly failure: ResultsFailure };

const stores = new Map<string, Promise<ObjectStore>>();

async function answer({ store: address, request, asked }: ResultsQuestion): Promise<ViewAnswer> {
  const view = resultsViews[request.view];
  if (view === undefined) throw new RangeError(`no view ${request.view}`);
  let store = stores.get(address);
  if (store === undefined) stores.set(address, (store = openStore(address)));
  try {
    return await view(new ViewContext(await store, request, asked));
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

answerRequests(
  (question: ResultsQuestion): Promise<ResultsReply> =>
    answer(question).then(
      (found) => ({ answer: found }),
      (error: unknown) => ({ failure: failureOf(error) }),
    ),
  // What the last question took is not the next one's fault: a process that kept much of it is started anew.
  () => ownMemory() > memory / 2,
);
