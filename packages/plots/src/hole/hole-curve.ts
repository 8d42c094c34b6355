import type { Theme } from '../marks/palette.js';
import { RING } from './hole-map.js';
import type { Hole, HoleCounts } from './hole.js';

export interface CurveBox {
  readonly width: number;
  readonly height: number;
  /** The last index that is drawn. */
  readonly end: number;
  readonly theme: Theme;
}

export const CURVE_LEFT = 34;
export const CURVE_RIGHT = 12;

/** β₁ over the filtration, its birth and where one is. */
export function curveMarks(counts: HoleCounts, { cycle }: Hole, index: number, box: CurveBox): string {
  const { width, height, end, theme } = box;
  const [top, bottom] = [18, 22];
  let most = 1;
  for (let i = 0; i <= Math.min(end, counts.length - 1); i++) most = Math.max(most, counts[i] ?? 0);
  const x = (at: number): number => CURVE_LEFT + ((width - CURVE_LEFT - CURVE_RIGHT) * at) / Math.max(1, end);
  const y = (holes: number): number => top + (height - top - bottom) * (1 - holes / most);
  const last = Math.min(end, counts.length - 1);
  // A step where it changes: a long filtration has few.
  let path = `M${x(0).toFixed(1)},${y(counts[0] ?? 0).toFixed(1)}`;
  for (let i = 1; i <= last; i++)
    if (counts[i] !== counts[i - 1]) path += `H${x(i).toFixed(1)}V${y(counts[i] ?? 0).toFixed(1)}`;
  path += `H${x(last).toFixed(1)}`;
  const text = (at: number, up: number, words: string, anchor: string, color = theme.muted): string =>
    `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}" font-size="11" fill="${color}">${words}</text>`;
  const birth = cycle === null ? null : cycle.rank - 1;
  const right = birth !== null && x(birth) > width * 0.75;
  return [
    `<path d="M${CURVE_LEFT},${y(0)}H${width - CURVE_RIGHT}" stroke="${theme.faint}"/>`,
    counts.length > 0
      ? `<path d="${path}" fill="none" stroke="${theme.series[0] ?? theme.ink}" stroke-width="1.75"/>`
      : '',
    birth !== null && birth <= end
      ? `<path d="M${x(birth)},${top}V${y(0)}" stroke="${RING}" stroke-width="1.5" stroke-dasharray="4 3"/>` +
        text(x(birth) + (right ? -5 : 5), top - 5, `birth ${birth}`, right ? 'end' : 'start', theme.ink)
      : '',
    `<path d="M${x(index)},${top - 4}V${y(0) + 4}" stroke="${theme.ink}" stroke-width="1.5"/>`,
    counts.length > 0 ? text(CURVE_LEFT - 5, y(most) + 4, String(most), 'end') : '',
    text(CURVE_LEFT - 5, y(0) + 3, '0', 'end'),
    text(0, top - 5, 'β₁', 'start'),
    text(CURVE_LEFT, height - 6, '0', 'start'),
    text((CURVE_LEFT + width - CURVE_RIGHT) / 2, height - 6, 'filtration index (rank − 1)', 'middle'),
    text(width - CURVE_RIGHT, height - 6, String(end), 'end'),
  ].join('');
}
