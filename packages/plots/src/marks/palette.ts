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
  /** How their lines are dashed, by turns; none: all are whole. */
  readonly dashes: readonly string[];
  /** Many series in an order, and values: dark to light. */
  readonly ramp: readonly string[];
}

// Every colour of a mark has 3 : 1 against its ground, and those of series differ also for who sees no red or no green
// (palette.test.ts computes both).
export const LIGHT: Theme = {
  ground: '#ffffff',
  ink: '#222222',
  muted: '#555555',
  grid: '#dddddd',
  none: '#e4e4e4',
  faint: '#858585',
  series: ['#0072b2', '#e8590c', '#2f9e6e', '#84285a', '#572e0d', '#120e69'],
  dashes: [],
  // Inferno without its pale end, for more series than that: they are layers, ordered by depth.
  ramp: ['#0d0829', '#330a5f', '#65156e', '#932667', '#bb3754', '#d84c3e', '#ea6424'],
};

export const DARK: Theme = {
  ground: '#14171c',
  ink: '#e3e6ea',
  muted: '#a4acb6',
  grid: '#2b3038',
  none: '#2b3038',
  faint: '#7a838e',
  // The same hues, lighter.
  series: ['#5aaae6', '#e0762f', '#55e7a6', '#b16687', '#ffd423', '#ebe6ff'],
  dashes: [],
  // Inferno without its dark end.
  ramp: ['#bb3754', '#d84c3e', '#ed6925', '#f8890c', '#fbb61a', '#f3e45f', '#fcffa4'],
};

/** For paper: black on white, and lines by their dashes too, where a printer has no colours. */
export const PRINT: Theme = {
  ...LIGHT,
  ink: '#000000',
  muted: '#333333',
  grid: '#cfcfcf',
  faint: '#777777',
  dashes: ['none', '6 2.5', '1.5 2', '8 2 1.5 2', '3.5 2', '10 3 1.5 2 1.5 2'],
};

/** Viridis without its pale end: maps have the same colours on every ground, since they lie on photographs. */
const MAP_RAMP = ['#440154', '#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#9fda3a'];

export interface SeriesStyle {
  readonly name: string;
  readonly color: string;
  readonly symbol: (typeof SYMBOLS)[number];
  /** As stroke-dasharray has it. */
  readonly dash: string;
}

/**
 * A colour and a symbol a series name, the same in every panel; never told apart by colour alone. Where there are more
 * names than colours, those that never stand in a panel with the first ones have the colour of texts, each a dash and a
 * symbol of its own: one colour never means two things.
 */
export function seriesStyles(trend: Trend, theme: Theme): SeriesStyle[] {
  const { shared, alone } = seriesNames(trend);
  const [first = [], ...others] = shared.length <= theme.series.length ? [shared] : seriesGroups(trend);
  const rest = dashedStyles(others.flat(), first.length, theme);
  return [...namedStyles(first, theme), ...rest, ...alone.map((name) => plainStyle(name, theme.ink))];
}

/** A colour and a symbol for each name, in their order. */
export function namedStyles(names: readonly string[], theme: Theme): SeriesStyle[] {
  return names.map((name, i) => ({
    name,
    color: colorOf(i, names.length, theme),
    symbol: symbolOf(i),
    dash: dashOf(i, theme),
  }));
}

/** The same for names without an order: those for which there is no colour have that of texts, each a dash and a symbol of its own. */
export function distinctStyles(names: readonly string[], theme: Theme): SeriesStyle[] {
  const first = names.slice(0, theme.series.length);
  return [...namedStyles(first, theme), ...dashedStyles(names.slice(first.length), first.length, theme)];
}

/** Names after the first ones, which have all colours. */
function dashedStyles(names: readonly string[], from: number, theme: Theme): SeriesStyle[] {
  return names.map((name, i) => ({
    name,
    color: theme.ink,
    symbol: symbolOf(from + i),
    dash: dashOf(from + i, PRINT),
  }));
}

/** The style of what stands alone. */
export function plainStyle(name: string, color: string): SeriesStyle {
  return { name, color, symbol: 'circle', dash: 'none' };
}

function symbolOf(i: number): SeriesStyle['symbol'] {
  return SYMBOLS[i % SYMBOLS.length] ?? 'circle';
}

function dashOf(i: number, { dashes }: Theme): string {
  return dashes[i % Math.max(1, dashes.length)] ?? 'none';
}

/** A colour of the ramp, from 0 to 1. */
export function rampColor(share: number, { ramp }: Theme): string {
  return colorAt(share, ramp);
}

/** The colour of a feature map's value, from 0 to 1. */
export function mapColor(share: number): string {
  return colorAt(share, MAP_RAMP);
}

function colorAt(share: number, ramp: readonly string[]): string {
  const at = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
  const below = Math.min(Math.floor(at), ramp.length - 2);
  return blend(ramp[below] ?? '#000000', ramp[below + 1] ?? '#000000', at - below);
}

function colorOf(i: number, count: number, theme: Theme): string {
  return count <= theme.series.length ? (theme.series[i] ?? theme.ink) : rampColor(i / (count - 1), theme);
}

function blend(from: string, to: string, share: number): string {
  const channel = (color: string, i: number): number => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
