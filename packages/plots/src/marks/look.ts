import { DARK, LIGHT, type Theme } from './palette.js';

/** How a chart is drawn; what is left out is as it stands in a paper. */
export interface Look {
  /** Units of the SVG; default 720. */
  readonly width?: number | undefined;
  /** For a light (the default) or a dark ground. */
  readonly theme?: 'light' | 'dark' | undefined;
  /** Without title and subtitle, for a page that has them beside the chart. */
  readonly bare?: boolean | undefined;
  /** Each mark says its value when it is pointed at. */
  readonly titles?: boolean | undefined;
}

export interface Resolved {
  readonly width: number;
  readonly theme: Theme;
  readonly bare: boolean;
  readonly titles: boolean;
}

const WIDTH = 720;
const LEAST_WIDTH = 240;

export function resolveLook({ width = WIDTH, theme, bare = false, titles = false }: Look = {}): Resolved {
  return {
    width: Math.max(LEAST_WIDTH, Math.round(width)),
    theme: theme === 'dark' ? DARK : LIGHT,
    bare,
    titles,
  };
}

/** A figure as it is told beside a mark. */
export function told(value: number | null | undefined): string {
  return value === null || value === undefined ? 'none' : String(Number(value.toPrecision(6)));
}
