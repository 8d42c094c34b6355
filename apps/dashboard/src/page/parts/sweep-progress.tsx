import type { SweepCard } from '@unitscope/dashboard';
import { counted, duration, percent } from '../figures.js';

/** The share of a sweep that is over: of its cells where they are known, else of its checkpoints. */
export function shareOf({ cells, checkpoints }: SweepCard): number {
  if (cells !== null) return cells.total === 0 ? 1 : (cells.done + cells.failed) / cells.total;
  return checkpoints.total === 0 ? 1 : checkpoints.done / checkpoints.total;
}

export function ProgressBar({ card }: { readonly card: SweepCard }) {
  const share = shareOf(card);
  return (
    <progress
      max={1}
      value={share}
      aria-label={`${card.name}: ${percent(share)} done`}
      data-state={card.state}
    >
      {percent(share)}
    </progress>
  );
}

/** State, rate and time left in words. */
export function progressWords(card: SweepCard): string {
  const { cells, rate, secondsLeft, mapsPerSecond, engine } = card;
  const parts: string[] = [];
  if (cells !== null && engine === null)
    parts.push(`${cells.done.toLocaleString('en')} of ${counted(cells.total, 'cell')} in the tables`);
  else if (cells !== null)
    parts.push(`${(cells.done + cells.failed).toLocaleString('en')} of ${counted(cells.total, 'cell')}`);
  if (rate !== null) parts.push(`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)} cells/s`);
  if (mapsPerSecond !== null) parts.push(`${Math.round(mapsPerSecond).toLocaleString('en')} maps/s`);
  if (secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`);
  return parts.join(' · ');
}

export function StateTag({ card }: { readonly card: SweepCard }) {
  return (
    <span class="state" data-state={card.state}>
      {card.state}
      {card.engine !== null && (
        <span class="engine"> ({card.engine === 'local' ? 'this store' : 'Temporal'})</span>
      )}
    </span>
  );
}
