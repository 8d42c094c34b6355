import { DARK, LIGHT, type Theme } from './palette.js';

/** How a chart is drawn; what is left out is as it stands in a paper. */
export interface Look {
  /** Units of the SVG; default 720. */
  readonly width?: number | undefined;
  /** For a light (the default) or a dark ground. */
  readonly theme?: 'light' | 'dark' | undefined;
  /** Without title and subtitle, for a page that has them beside the chart. */
  readonly bare?: boolean | undefined;
  /** Marks hold their rows (`data-row`, `data-of`: JSON), for a page that shows and links them. */
  readonly linked?: boolean | undefined;
}

export interface Resolved {
  readonly width: number;
  readonly theme: Theme;
  readonly bare: boolean;
  readonly linked: boolean;
}

const WIDTH = 720;
const LEAST_WIDTH = 240;

export function resolveLook({ width = WIDTH, theme, bare = false, linked = false }: Look = {}): Resolved {
  return {
    width: Math.max(LEAST_WIDTH, Math.round(width)),
    theme: theme === 'dark' ? DARK : LIGHT,
    bare,
    linked,
  };
}
