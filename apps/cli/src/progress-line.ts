import type { SweepProgress } from '@unitscope/engine';
import { bar, StatusLine } from './status-line.js';
import { humanSeconds } from './text-table.js';

/** Shows a sweep's progress on stderr. */
export class ProgressLine {
  readonly #status = new StatusLine();

  update(progress: SweepProgress): void {
    const { total, done, failed } = progress.cells;
    // Not on a terminal: a line each time a tenth of the work or a checkpoint is done.
    const tenth = Math.floor((10 * (done + failed)) / Math.max(1, total));
    this.#status.show((withBar) => line(progress, withBar), {
      mark: `${tenth} ${progress.checkpoints.done}`,
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
  process.stderr.write(what);
  try {
    return await work();
  } finally {
    process.stderr.write('\r\u001b[2K');
  }
}

function line({ cells, checkpoints, maps, seconds }: SweepProgress, withBar: boolean): string {
  const over = cells.done + cells.failed;
  const share = cells.total === 0 ? 1 : over / cells.total;
  const worked = over - cells.cached;
  const left = worked > 0 && over < cells.total ? ((cells.total - over) * seconds) / worked : null;
  return [
    withBar ? bar(share) : 'sweep:',
    `${Math.floor(100 * share)} %`,
    `${over}/${cells.total} cells`,
    `${checkpoints.done}/${checkpoints.total} checkpoints`,
    ...(cells.cached > 0 ? [`${cells.cached} already there`] : []),
    ...(cells.failed > 0 ? [`${cells.failed} failed`] : []),
    ...(maps > 0 ? [`${Math.round(maps / Math.max(seconds, 1e-3)).toLocaleString('en')} maps/s`] : []),
    ...(left === null ? [] : [`${humanSeconds(left)} left`]),
  ].join('  ');
}
