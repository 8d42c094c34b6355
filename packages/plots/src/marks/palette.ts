import { seriesGroups, seriesNames, type Trend } from '../trend/trend.js';

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross'] as const;

/** The colours of a drawing on one ground. */
export interface Theme {
  readonly ground: string;
  readonly ink: string;
  /** Notes, subtitles, reference lines. */
  readonly muted: string;
  readonly grid: string;
  /** What has no value. */
  readonly none: string;
  /** What is there and does not count. */
  readonly faint: string;
  /** A few series, told apart by the common kinds of colour blindness. */
  readonly series: readonly string[];
  /** Many series in an order, and values. */
  readonly ramp: readonly string[];
}

export const LIGHT: Theme = {
  ground: '#ffffff',
  ink: '#222222',
  muted: '#555555',
  grid: '#dddddd',
  none: '#e4e4e4',
  faint: '#999999',
  // Okabe and Ito's; yellow is too pale for lines on white, and black is kept for what stands alone.
  series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'],
  // Viridis without its pale end, for more series than that: they are layers, ordered by depth.
  ramp: ['#440154', '#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#9fda3a'],
};

export const DARK: Theme = {
  ground: '#14171c',
  ink: '#e3e6ea',
  muted: '#a4acb6',
  grid: '#2b3038',
  none: '#2b3038',
  faint: '#6d7681',
  // The same hues, lighter, in the same order of lightness.
  series: ['#5aaae6', '#f28c4b', '#2fc39b', '#e3a3c8', '#f0bc4b', '#a9dbf7'],
  ramp: ['#6a4c93', '#5f6fb2', '#4b8fae', '#37a99c', '#4cc382', '#8fd956', '#f0e442'],
};

export interface SeriesStyle {
  readonly name: string;
  readonly color: string;
  readonly symbol: (typeof SYMBOLS)[number];
}

/**
 * A colour and a symbol a series name, the same in every panel; never told apart by colour alone. Where there are more
 * names than colours, those that never stand in one panel may have one colour, each with a symbol of its own.
 */
export function seriesStyles(trend: Trend, theme: Theme): SeriesStyle[] {
  const { shared, alone } = seriesNames(trend);
  const groups = shared.length <= theme.series.length ? [shared] : seriesGroups(trend);
  const colors = groups.flatMap((names) => namedStyles(names, theme));
  return [
    ...colors.map((style, i) => ({ ...style, symbol: symbolOf(i) })),
    ...alone.map((name): SeriesStyle => ({ name, color: theme.ink, symbol: 'circle' })),
  ];
}

/** A colour and a symbol for each name, in their order. */
export function namedStyles(names: readonly string[], theme: Theme): SeriesStyle[] {
  return names.map((name, i) => ({
    name,
    color: colorOf(i, names.length, theme),
    symbol: symbolOf(i),
  }));
}

function symbolOf(i: number): SeriesStyle['symbol'] {
  return SYMBOLS[i % SYMBOLS.length] ?? 'circle';
}

/** A colour of the ramp, from 0 to 1. */
export function rampColor(share: number, { ramp, ink }: Theme): string {
  const at = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
  const below = Math.min(Math.floor(at), ramp.length - 2);
  return blend(ramp[below] ?? ink, ramp[below + 1] ?? ink, at - below);
}

function colorOf(i: number, count: number, theme: Theme): string {
  return count <= theme.series.length ? (theme.series[i] ?? theme.ink) : rampColor(i / (count - 1), theme);
}

function blend(from: string, to: string, share: number): string {
  const channel = (color: string, i: number): number => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
