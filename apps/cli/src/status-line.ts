/** What is going on, on stderr: a line that changes on a terminal, one line a change of `mark` elsewhere. */
export class StatusLine {
  readonly #terminal = process.stderr.isTTY;
  #last = '';
  #shownAt = 0;

  /** `text` is asked for where it is shown; `bar`: on a terminal. */
  show(text: (bar: boolean) => string, { mark, over }: { mark: string; over: boolean }): void {
    if (this.#terminal) {
      const now = performance.now();
      if (now - this.#shownAt < 100 && !over) return;
      this.#shownAt = now;
      const width = Math.max(20, process.stderr.columns - 1);
      process.stderr.write(`\r\u001b[2K${text(true).slice(0, width)}`);
      return;
    }
    if (mark === this.#last) return;
    this.#last = mark;
    process.stderr.write(`${text(false)}\n`);
  }

  end(): void {
    if (this.#terminal) process.stderr.write('\r\u001b[2K');
  }
}

const BAR = 24;

/** A bar that is filled by a share from 0 to 1. */
export function bar(share: number): string {
  const filled = Math.round(BAR * share);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
}
