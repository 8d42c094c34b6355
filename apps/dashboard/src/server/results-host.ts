import { AskedProcess, type ProcessEnd } from '@unitscope/process';
import { RequestRefusedError, ResultsUnavailableError } from './errors.js';
import type { ResultsFailure, ResultsQuestion, ResultsReply } from './results-process.js';
import type { ViewAnswer, ViewRequest } from './view-request.js';

interface Waiting {
  readonly request: ViewRequest;
  readonly asked: number;
  readonly signal: AbortSignal;
  readonly resolve: (answer: ViewAnswer) => void;
  readonly reject: (error: Error) => void;
}

const CLOSING = 'the dashboard is closing';

const STATUS_OF: Readonly<Record<string, number>> = {
  NAME_UNKNOWN: 404,
  SWEEP_UNKNOWN: 404,
  RESULTS_MISSING: 404,
  OBJECT_KEY: 404,
  IMAGE_UNKNOWN: 404,
};

/** A process that reads results, asked one question after the other; ended when one takes too long, and started again. */
export class ResultsHost {
  readonly #store: string;
  readonly #seconds: number;
  readonly #memory: number;
  readonly #waiting: Waiting[] = [];
  readonly #process: AskedProcess<ResultsQuestion, ResultsReply>;
  #asking = false;
  #closed = false;

  /** `memory`: bytes that the process may take; it is ended by itself beyond. */
  constructor(store: string, seconds: number, memory: number) {
    this.#store = store;
    this.#seconds = seconds;
    this.#memory = memory;
    this.#process = new AskedProcess({
      entry: new URL('results-process.js', import.meta.url),
      args: [String(memory)],
      // What the engine says of its own panics is told with the answer.
      stderr: process.env['UNITSCOPE_DEBUG'] === undefined ? 'ignore' : 'inherit',
    });
  }

  /** Starts the process before it is asked: a page that is opened next does not wait for that. */
  warm(): void {
    this.#process.warm();
  }

  /** Throws RequestRefusedError where the question is wrong, ResultsUnavailableError where it is not answered in time. */
  ask(request: ViewRequest, signal: AbortSignal): Promise<ViewAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, asked: Date.now(), signal, resolve, reject });
      if (!this.#asking) void this.#askAll();
    });
  }

  close(): void {
    this.#closed = true;
    this.#process.end(); // those that wait are refused with the one that is asked
  }

  async #askAll(): Promise<void> {
    this.#asking = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      await this.#askFor(next);
    this.#asking = false;
  }

  async #askFor({ request, asked, signal, resolve, reject }: Waiting): Promise<void> {
    if (this.#closed || signal.aborted) {
      reject(new ResultsUnavailableError(this.#closed ? CLOSING : 'nobody waits for it'));
      return;
    }
    const question = { store: this.#store, request, asked };
    const answer = await this.#process.ask(question, { patienceMs: this.#seconds * 1000 });
    if ('ended' in answer) reject(new ResultsUnavailableError(this.#told(answer.ended)));
    else if ('answer' in answer.reply) resolve(answer.reply.answer);
    else reject(refusalOf(answer.reply.failure));
  }

  #told({ by, signal }: ProcessEnd): string {
    if (by === 'end') return CLOSING;
    if (by === 'patience') return `not answered within ${this.#seconds} s; ask for less`;
    if (by === 'start') return 'the process that reads results could not be started';
    if (signal !== 'SIGKILL' && signal !== 'SIGABRT')
      return 'the process that reads results has ended; ask again';
    const megabytes = Math.round(this.#memory / 1e6).toLocaleString('en');
    return (
      `this took more than ${megabytes} MB of memory, and the process that answers was ended; ask for less ` +
      '(fewer columns, a WHERE, no CROSS JOIN), or start the dashboard with a larger --memory'
    );
  }
}

function refusalOf({ code, message, input, status }: ResultsFailure): Error {
  if (!input) return new ResultsUnavailableError(message);
  return new RequestRefusedError(status ?? STATUS_OF[code] ?? 400, code, message);
}
