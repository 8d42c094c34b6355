import { fork, type ChildProcess } from 'node:child_process';
import { RequestRefusedError, ResultsUnavailableError } from './errors.js';
import type { ResultsFailure, ResultsQuestion, ResultsReply } from './results-process.js';
import type { ViewAnswer, ViewRequest } from './view-request.js';

interface Waiting {
  readonly request: ViewRequest;
  readonly signal: AbortSignal;
  readonly resolve: (answer: ViewAnswer) => void;
  readonly reject: (error: Error) => void;
}

const STATUS_OF: Readonly<Record<string, number>> = {
  NAME_UNKNOWN: 404,
  SWEEP_UNKNOWN: 404,
  RESULTS_MISSING: 404,
  OBJECT_KEY: 404,
};

/** A process that reads results, asked one question after the other; started when it is needed, ended when it takes too long. */
export class ResultsHost {
  readonly #store: string;
  readonly #seconds: number;
  readonly #memory: number;
  readonly #waiting: Waiting[] = [];
  #child: ChildProcess | null = null;
  #current: Waiting | null = null;
  #timer: NodeJS.Timeout | null = null;
  #id = 0;

  /** `memory`: bytes that the process may take; it is ended by itself beyond. */
  constructor(store: string, seconds: number, memory: number) {
    this.#store = store;
    this.#seconds = seconds;
    this.#memory = memory;
  }

  /** Starts the process before it is asked: a page that is opened next does not wait for that. */
  warm(): void {
    this.#child ??= this.#start();
  }

  /** Throws RequestRefusedError where the question is wrong, ResultsUnavailableError where it is not answered in time. */
  ask(request: ViewRequest, signal: AbortSignal): Promise<ViewAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, signal, resolve, reject });
      this.#next();
    });
  }

  close(): void {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
    this.#fail(new ResultsUnavailableError('the dashboard is closing'));
    for (const { reject } of this.#waiting.splice(0))
      reject(new ResultsUnavailableError('the dashboard is closing'));
  }

  #next(): void {
    if (this.#current !== null) return;

    let next = this.#waiting.shift();
    // Nobody waits any more for what the page has left meanwhile.
    while (next?.signal.aborted === true) {
      next.reject(new ResultsUnavailableError('nobody waits for it'));
      next = this.#waiting.shift();
    }
    if (next === undefined) return;
    this.#current = next;
    this.#timer = setTimeout(() => this.#giveUp(), this.#seconds * 1000);
    this.#id++;
    this.#send(next);
  }

  #send({ request }: Waiting): void {
    const question: ResultsQuestion = { id: this.#id, store: this.#store, request };
    this.#child ??= this.#start();
    this.#child.send(question, () => undefined);
  }

  #start(): ChildProcess {
    // What the engine says of its own panics is told with the answer.
    const words = process.env['UNITSCOPE_DEBUG'] === undefined ? 'ignore' : 'inherit';
    const child = fork(new URL('results-process.js', import.meta.url), [String(this.#memory)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', words, 'ipc'],
      execArgv: [],
    });
    child.on('message', (reply: ResultsReply) => {
      if (reply.id === this.#id) this.#settle(reply);
    });
    const ended = (reason: string): void => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#fail(new ResultsUnavailableError(reason));
      this.#next();
    };
    child.on('exit', (code, signal) => {
      // It leaves by itself when it has become large; a question that crossed with that is asked again.
      if (code === 0 && this.#child === child) {
        this.#child = null;
        if (this.#current !== null) this.#send(this.#current);
      } else ended(this.#endOf(signal));
    });
    child.on('error', () => ended('the process that reads results could not be started'));
    return child;
  }

  #endOf(signal: NodeJS.Signals | null): string {
    if (signal !== 'SIGKILL' && signal !== 'SIGABRT')
      return 'the process that reads results has ended; ask again';
    const megabytes = Math.round(this.#memory / 1e6).toLocaleString('en');
    return (
      `this took more than ${megabytes} MB of memory, and the process that answers was ended; ask for less ` +
      '(fewer columns, a WHERE, no CROSS JOIN), or start the dashboard with a larger --memory'
    );
  }

  #settle(reply: ResultsReply): void {
    const current = this.#release();
    if ('answer' in reply) current?.resolve(reply.answer);
    else current?.reject(refusalOf(reply.failure));
    this.#next();
  }

  #giveUp(): void {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
    this.#fail(new ResultsUnavailableError(`not answered within ${this.#seconds} s; ask for less`));
    this.#next();
  }

  #fail(error: Error): void {
    this.#release()?.reject(error);
  }

  #release(): Waiting | null {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const current = this.#current;
    this.#current = null;
    return current;
  }
}

function refusalOf({ code, message, input, status }: ResultsFailure): Error {
  if (!input) return new ResultsUnavailableError(message);
  return new RequestRefusedError(status ?? STATUS_OF[code] ?? 400, code, message);
}
