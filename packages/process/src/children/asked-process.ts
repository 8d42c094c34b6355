import { fork, type ChildProcess } from 'node:child_process';

export interface AskedProcessOptions {
  /** Entry file, which calls answerRequests. */
  readonly entry: URL;
  readonly args?: readonly string[];
  /** Options of Node itself. */
  readonly execArgv?: readonly string[];
  /** Where its standard error goes; default: `inherit`. */
  readonly stderr?: 'inherit' | 'ignore';
}

export interface AskOptions {
  /** When it aborts, the process is killed. */
  readonly signal?: AbortSignal | undefined;
  /** After so many milliseconds the process is killed. */
  readonly patienceMs?: number | undefined;
}

/** How a process came to its end without an answer. */
export interface ProcessEnd {
  readonly by: 'itself' | 'signal' | 'patience' | 'end' | 'start';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly reason?: string;
}

export type Answer<Reply> = { readonly reply: Reply } | { readonly ended: ProcessEnd };

/**
 * A process of its own that answers one request at a time: started with the first, and anew after it ended. What kills it (a
 * crash in a library, no memory) is told, and kills nothing else.
 */
export class AskedProcess<Request extends object, Reply> {
  readonly #options: AskedProcessOptions;
  #child: ChildProcess | null = null;
  /** How many requests the process of now has answered. */
  #answered = 0;
  #current: { readonly request: Request; readonly settle: (answer: Answer<Reply>) => void } | null = null;

  constructor(options: AskedProcessOptions) {
    this.#options = options;
  }

  /** Starts the process before it is asked. */
  warm(): void {
    this.#child ??= this.#start();
  }

  /** Never rejects for what happens to the process. Throws RangeError while another request is under way. */
  async ask(request: Request, { signal, patienceMs }: AskOptions = {}): Promise<Answer<Reply>> {
    if (this.#current !== null) throw new RangeError('the process is at another request');
    const onAbort = (): void => this.#kill('signal');
    const timer = patienceMs === undefined ? undefined : setTimeout(() => this.#kill('patience'), patienceMs);
    try {
      return await new Promise((settle) => {
        this.#current = { request, settle };
        signal?.addEventListener('abort', onAbort, { once: true });
        if (signal?.aborted === true) onAbort();
        else this.#send(request);
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the process; a request under way is answered with that. */
  end(): void {
    this.#kill('end');
  }

  #send(request: Request): void {
    this.#child ??= this.#start();
    this.#child.send(request, () => undefined); // a process that has ended says so by `exit`
  }

  #start(): ChildProcess {
    const { entry, args = [], execArgv = [], stderr = 'inherit' } = this.#options;
    const child = fork(entry, [...args], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', stderr, 'ipc'],
      execArgv: [...execArgv],
    });
    this.#answered = 0;
    child.on('message', (reply: Reply) => {
      if (this.#child !== child) return;
      this.#answered++;
      this.#settle({ reply });
    });
    child.on('error', ({ message }) => {
      if (this.#child === child) this.#over({ by: 'start', code: null, signal: null, reason: message });
    });
    child.on('exit', (code, signal) => {
      if (this.#child === child) this.#over({ by: 'itself', code, signal });
    });
    return child;
  }

  #over(end: ProcessEnd): void {
    this.#child = null;
    // It may leave between two requests; one that crossed with that is sent to the next process.
    if (end.code === 0 && this.#answered > 0 && this.#current !== null) this.#send(this.#current.request);
    else this.#settle({ ended: end });
  }

  #kill(by: 'signal' | 'patience' | 'end'): void {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
    this.#settle({ ended: { by, code: null, signal: 'SIGKILL' } });
  }

  #settle(answer: Answer<Reply>): void {
    const current = this.#current;
    this.#current = null;
    current?.settle(answer);
  }
}
