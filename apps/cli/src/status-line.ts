/** To the start of the line, which is then empty. */
const CLEAR = '\r\u001b[2K';

/** What is going on, on stderr: a line that changes on a terminal, one line a change of `mark` elsewhere. */
export class StatusLine {
  /** The one that is on the terminal, where there is one. */
  static #shown: StatusLine | null = null;
  readonly #terminal = process.stderr.isTTY;
  #last = '';
  #shownAt = 0;

  /** Writes a message as a line of its own on stderr; a status line that is shown stands below it again. */
  static say(message: string): void {
    const shown = StatusLine.#shown;
    process.stderr.write(`${shown === null ? '' : CLEAR}${message}\n${shown === null ? '' : shown.#last}`);
  }

  /** `text` is asked for where it is shown; `bar`: on a terminal. */
  show(text: (bar: boolean) => string, { mark, over }: { mark: string; over: boolean }): void {
    if (this.#terminal) {
      const now = performance.now();
      if (now - this.#shownAt < 100 && !over) return;
      this.#shownAt = now;
      const width = Math.max(20, process.stderr.columns - 1);
      StatusLine.#shown = this;
      this.#last = text(true).slice(0, width);
      process.stderr.write(`${CLEAR}${this.#last}`);
      return;
    }
    if (mark === this.#last) return;
    this.#last = mark;
    process.stderr.write(`${text(false)}\n`);
  }

  end(): void {
    if (StatusLine.#shown !== this) return;
    StatusLine.#shown = null;
    process.stderr.write(CLEAR);
  }
}

const BAR = 24;

/** A bar that is filled by a share from 0 to 1. */
export function bar(share: number): string {
  const filled = Math.round(BAR * share);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
}
