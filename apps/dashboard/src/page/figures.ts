import { figure } from '@unitscope/plots';

export { counted } from '@unitscope/base';
export { chance, figure, shortFigure } from '@unitscope/plots';

/** A difference, its sign always there. */
export function difference(value: number | null | undefined, digits = 3): string {
  return value !== null && value !== undefined && value > 0
    ? `+${figure(value, digits)}`
    : figure(value, digits);
}

export function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

/** `12 of 30 checkpoints`, from the note of a view: how many are shown. */
export function shownCheckpoints(shown: string | undefined): string {
  return `${shown ?? ''} ${shown === '1' ? 'checkpoint' : 'checkpoints'}`;
}

/** Seconds as people read them: 45 s, 3 min 20 s, 2 h 05 min. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return `${minutes} min ${String(rounded % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
