import { terminalWidth } from '../terminal/terminal-width.js';
import { tell, tellOver } from '../terminal/output.js';

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
    if (shown === null) tell(`${message}\n`);
    else tellOver(`${message}\n${shown.#last}`);
  }

  /** `text` is asked for where it is shown; `width`: the columns that a terminal has for it, null elsewhere. */
  show(text: (width: number | null) => string, { mark, over }: { mark: string; over: boolean }): void {
    if (this.#terminal) {
      const now = performance.now();
      if (now - this.#shownAt < 100 && !over) return;
      this.#shownAt = now;
      StatusLine.#shown = this;
      this.#last = text(terminalWidth(process.stderr) - 1);
      tellOver(this.#last);
      return;
    }
    if (mark === this.#last) return;
    this.#last = mark;
    tell(`${text(null)}\n`);
  }

  end(): void {
    if (StatusLine.#shown !== this) return;
    StatusLine.#shown = null;
    tellOver();
  }
}

const SHORTEST_BAR = 8;
const LONGEST_BAR = 100;
const GAP = '  ';

/** A part of a status line; where there is no room for all of them, those of the highest `spare` are left away first. */
export interface StatusPart {
  readonly text: string;
  readonly spare?: number;
}

/** A share from 0 to 1 and what is to say of it: behind `name`, or in `width` columns behind a bar that takes the room. */
export function statusText(
  { name, share, parts }: { name: string; share: number; parts: readonly StatusPart[] },
  width: number | null,
): string {
  const texts = (kept: readonly StatusPart[]): string =>
    [`${Math.floor(100 * share)} %`, ...kept.map(({ text }) => text)].join(GAP);
  if (width === null) return `${name}${GAP}${texts(parts)}`;
  let kept = parts;
  const room = (): number => width - texts(kept).length - GAP.length;
  for (;;) {
    const most = Math.max(0, ...kept.map(({ spare = 0 }) => spare));
    if (room() >= SHORTEST_BAR || most === 0) break;
    kept = kept.filter(({ spare = 0 }) => spare < most);
  }
  if (room() < SHORTEST_BAR) return texts(kept).slice(0, width);
  return `${bar(share, Math.min(LONGEST_BAR, room()))}${GAP}${texts(kept)}`;
}

/** A bar that is filled by a share from 0 to 1. */
function bar(share: number, columns: number): string {
  const filled = Math.round(columns * share);
  return `${'█'.repeat(filled)}${'░'.repeat(columns - filled)}`;
}
