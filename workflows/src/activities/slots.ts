/** Lets so many computations run at once, and none more while memory is short, but always one. */
export class Slots {
  readonly #count: number;
  readonly #isShort: () => boolean;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(count: number, isShort: () => boolean) {
    this.#count = count;
    this.#isShort = isShort;
  }

  /** Waits for a slot; the answer gives it back. Rejects when `signal` aborts. */
  async take(signal: AbortSignal): Promise<() => void> {
    while (this.#taken >= this.#count || (this.#taken > 0 && this.#isShort())) await this.#turn(signal);
    signal.throwIfAborted();
    this.#taken++;
    return () => {
      this.#taken--;
      this.#waiting.shift()?.();
    };
  }

  get taken(): number {
    return this.#taken;
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        const place = this.#waiting.indexOf(turn);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(turn);
    });
  }
}
