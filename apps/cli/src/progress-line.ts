import type { SweepProgress } from '@unitscope/engine';
import { humanSeconds } from './text-table.js';

const BAR = 24;

/** Shows a sweep's progress on stderr: a bar that moves on a terminal, one line a change elsewhere. */
export class ProgressLine {
  readonly #terminal = process.stderr.isTTY;
  #last = '';
  #shownAt = 0;

  update(progress: SweepProgress): void {
    const { total, done, failed } = progress.cells;
    const over = done + failed >= total;
    if (this.#terminal) {
      const now = performance.now();
      if (now - this.#shownAt < 100 && !over) return;
      this.#shownAt = now;
      const width = Math.max(20, process.stderr.columns - 1);
      process.stderr.write(`\r\u001b[2K${line(progress, true).slice(0, width)}`);
      return;
    }
    // Elsewhere a line each time a tenth of the work or a checkpoint is done.
    const mark = `${String(Math.floor((10 * (done + failed)) / Math.max(1, total)))} ${String(progress.checkpoints.done)}`;
    if (mark === this.#last) return;
    this.#last = mark;
    process.stderr.write(`${line(progress, false)}\n`);
  }

  end(): void {
    if (this.#terminal) process.stderr.write('\r\u001b[2K');
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

function line({ cells, checkpoints, maps, seconds }: SweepProgress, bar: boolean): string {
  const over = cells.done + cells.failed;
  const share = cells.total === 0 ? 1 : over / cells.total;
  const filled = Math.round(BAR * share);
  const worked = over - cells.cached;
  const left = worked > 0 && over < cells.total ? ((cells.total - over) * seconds) / worked : null;
  return [
    bar ? `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}` : 'sweep:',
    `${Math.floor(100 * share)} %`,
    `${over}/${cells.total} cells`,
    `${checkpoints.done}/${checkpoints.total} checkpoints`,
    ...(cells.cached > 0 ? [`${cells.cached} already there`] : []),
    ...(cells.failed > 0 ? [`${cells.failed} failed`] : []),
    ...(maps > 0 ? [`${Math.round(maps / Math.max(seconds, 1e-3)).toLocaleString('en')} maps/s`] : []),
    ...(left === null ? [] : [`${humanSeconds(left)} left`]),
  ].join('  ');
}
