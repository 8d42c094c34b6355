import { seriesNames, type Trend } from './trend.js';

// Okabe and Ito's colours, which the common kinds of colour blindness tell apart; yellow is too pale for lines
// on white, and black is kept for what stands alone.
const OKABE_ITO = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
// Viridis without its pale end, for more series than that: they are layers, ordered by depth.
const VIRIDIS = ['#440154', '#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#9fda3a'] as const;
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross'] as const;
const INK = '#222222';

export interface SeriesStyle {
  readonly name: string;
  readonly color: string;
  readonly symbol: (typeof SYMBOLS)[number];
}

/** A colour and a symbol a series name, the same in every panel; never told apart by colour alone. */
export function seriesStyles(trend: Trend): SeriesStyle[] {
  const { shared, alone } = seriesNames(trend);
  const style = (name: string, color: string, i: number): SeriesStyle => {
    return { name, color, symbol: SYMBOLS[i % SYMBOLS.length] ?? 'circle' };
  };
  return [
    ...shared.map((name, i) => style(name, colorOf(i, shared.length), i)),
    ...alone.map((name) => style(name, INK, 0)),
  ];
}

/** A colour and a symbol for each name, in their order. */
export function namedStyles(names: readonly string[]): SeriesStyle[] {
  return names.map((name, i) => ({
    name,
    color: colorOf(i, names.length),
    symbol: SYMBOLS[i % SYMBOLS.length] ?? 'circle',
  }));
}

/** Viridis without its pale end, from 0 to 1. */
export function rampColor(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const below = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return blend(VIRIDIS[below] ?? INK, VIRIDIS[below + 1] ?? INK, at - below);
}

function colorOf(i: number, count: number): string {
  return count <= OKABE_ITO.length ? (OKABE_ITO[i] ?? INK) : rampColor(i / (count - 1));
}

function blend(from: string, to: string, share: number): string {
  const channel = (color: string, i: number): number => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
