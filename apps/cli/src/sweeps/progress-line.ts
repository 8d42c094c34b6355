import { counted } from '@unitscope/base';
import type { SweepProgress } from '@unitscope/engine';
import { StatusLine, statusText } from './status-line.js';
import { terminalWidth } from '../terminal/terminal-width.js';
import { humanSeconds } from '../terminal/text-table.js';
import { tell, tellOver } from '../terminal/output.js';

/** Shows a sweep's progress on stderr. */
export class ProgressLine {
  readonly #status = new StatusLine();
  readonly #since: SweepProgress | undefined;

  /** `since`: what was done before it began to look, which its rates leave out. */
  constructor(since?: SweepProgress) {
    this.#since = since;
  }

  /** `state`: a word where it does not simply run. */
  update(progress: SweepProgress, state?: string): void {
    const { total, done, failed } = progress.cells;
    // Not on a terminal: a line each time a tenth of the work or a checkpoint is done.
    const tenth = Math.floor((10 * (done + failed)) / Math.max(1, total));
    this.#status.show((width) => line(progress, width, this.#since, state), {
      mark: `${tenth} ${progress.checkpoints.done} ${state ?? ''}`,
      over: done + failed >= total,
    });
  }

  end(): void {
    this.#status.end();
  }
}

/** Shows what is being done, on a terminal and only until it is done: a refusal is then the one message. */
export async function whileShowing<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work();
  tell(what.slice(0, terminalWidth(process.stderr) - 1));
  try {
    return await work();
  } finally {
    tellOver();
  }
}

function line(
  { cells, checkpoints, maps, seconds }: SweepProgress,
  width: number | null,
  since: SweepProgress | undefined,
  state: string | undefined,
): string {
  const over = cells.done + cells.failed;
  const share = cells.total === 0 ? 1 : over / cells.total;
  const before = since === undefined ? 0 : since.cells.done + since.cells.failed - since.cells.cached;
  const worked = over - cells.cached - before;
  const taken = seconds - (since?.seconds ?? 0);
  const measured = maps - (since?.maps ?? 0);
  const runs = state === undefined && worked > 0;
  const left = runs && over < cells.total ? ((cells.total - over) * taken) / worked : null;
  const parts = [
    { text: `${over}/${counted(cells.total, 'cell')}` },
    { text: `${checkpoints.done}/${counted(checkpoints.total, 'checkpoint')}`, spare: 1 },
    ...(cells.cached > 0 ? [{ text: `${cells.cached} already there`, spare: 2 }] : []),
    ...(cells.failed > 0 ? [{ text: `${cells.failed} failed` }] : []),
    ...(runs && measured > 0
      ? [{ text: `${Math.round(measured / Math.max(taken, 1e-3)).toLocaleString('en')} maps/s`, spare: 3 }]
      : []),
    ...(left === null ? [] : [{ text: `${humanSeconds(left)} left` }]),
    ...(state === undefined ? [] : [{ text: state }]),
  ];
  return statusText({ name: 'sweep:', share, parts }, width);
}
