import { troubleOf, type TaskFailure } from '@unitscope/engine';

/** After so many troubles in a row the worker takes nothing for a while. */
const IN_A_ROW = 3;
const FIRST_REST_MS = 5000;
const LONGEST_REST_MS = 30_000;
/** Sweeps that its page names as refused. */
const MOST_REFUSED = 20;

export interface Ailment {
  readonly code: string;
  readonly message: string;
}

/**
 * Whether a worker may take tasks. Trouble that is not the task's, a few times in a row, makes it rest; then it tries
 * with one task at a time, and rests longer where that has the same trouble.
 */
export class WorkerHealth {
  readonly #onChange: (ailment: Ailment | null) => void;
  readonly #onRefusal: (message: string) => void;
  readonly #refused = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #inARow = 0;
  #ailment: Ailment | null = null;
  #restMs = FIRST_REST_MS;
  #restsUntil = 0;

  /**
   * `onChange` is told what it suffers from, each time that it falls ill or is well again; `onRefusal` once of each sweep
   * whose work it refuses, being another version.
   */
  constructor(
    onChange: (ailment: Ailment | null) => void = () => undefined,
    onRefusal: (message: string) => void = () => undefined,
  ) {
    this.#onChange = onChange;
    this.#onRefusal = onRefusal;
  }

  /** Why it takes nothing, or one task at a time; null while it is well. */
  get ailment(): Ailment | null {
    return this.#ailment;
  }

  get rests(): boolean {
    return performance.now() < this.#restsUntil;
  }

  /** Something went well that an ailing worker could not do: of the store alone, or a task whole. */
  succeeded(what: 'store' | 'task'): void {
    if (what === 'store' && this.#ailment !== null && !this.#ailment.code.startsWith('STORE_')) return;
    this.#inARow = 0;
    if (this.#ailment === null) return;
    this.#ailment = null;
    this.#restMs = FIRST_REST_MS;
    this.#restsUntil = 0;
    this.#onChange(null);
    this.#wake();
  }

  /** What it was found to be unlike, a line each, beside what it suffers from. */
  get refused(): readonly string[] {
    return [...this.#refused];
  }

  /** A failure; one that is the task's own says nothing of the worker. */
  failed({ code, message }: TaskFailure): void {
    if (code === 'WORKER_DIFFERS') {
      // It may fit other sweeps.
      this.#refuse(message);
      return;
    }
    if (troubleOf(code) === 'task' || this.rests) return;
    if (++this.#inARow < IN_A_ROW && this.#ailment === null) return;
    const isNew = this.#ailment?.code !== code;
    this.#ailment = { code, message };
    this.#restsUntil = performance.now() + this.#restMs;
    setTimeout(() => this.#wake(), this.#restMs).unref();
    this.#restMs = Math.min(LONGEST_REST_MS, 2 * this.#restMs);
    if (isNew) this.#onChange(this.#ailment);
  }

  #refuse(message: string): void {
    if (this.#refused.has(message) || this.#refused.size >= MOST_REFUSED) return;
    this.#refused.add(message);
    this.#onRefusal(message);
  }

  /** Resolves when something may have changed. Rejects when `signal` aborts. */
  change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', abort);
        act();
      };
      const wake = settle(resolve);
      const abort = settle(() => reject(signal.reason as Error));
      this.#waiting.add(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Lets those who wait look again. */
  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
