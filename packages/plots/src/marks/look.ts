import type { Length } from './length.js';
import { DARK, LIGHT, PRINT, type Theme } from './palette.js';

/** How a chart is drawn; what is left out is as it stands in a paper. */
export interface Look {
  /** Units of the SVG; default 720. */
  readonly width?: number | undefined;
  /** Units of the SVG; left out: as high as the chart needs. Met by `fitHeight` alone. */
  readonly height?: number | undefined;
  /** What the width is on paper (`printLook`); default: units are CSS’s px. */
  readonly paper?: Length | undefined;
  /** For a light (the default) or a dark ground, or for paper. */
  readonly theme?: keyof typeof THEMES | undefined;
  /** In place of the chart’s own title; '': neither title nor subtitle are drawn. */
  readonly title?: string | undefined;
  /** The family of texts. */
  readonly font?: string | undefined;
  /** How much higher than usual the plots are. */
  readonly stretch?: number | undefined;
  /** Without title and subtitle, for a page that has them beside the chart. */
  readonly bare?: boolean | undefined;
  /** Marks hold their rows (`data-row`, `data-of`: JSON), for a page that shows and links them. */
  readonly linked?: boolean | undefined;
}

export interface Resolved extends Pick<Look, 'height' | 'paper' | 'title' | 'font'> {
  readonly width: number;
  readonly theme: Theme;
  readonly bare: boolean;
  readonly linked: boolean;
  readonly stretch: number;
}

const THEMES = { light: LIGHT, dark: DARK, print: PRINT } as const;
const WIDTH = 720;
const LEAST_WIDTH = 240;

export function resolveLook(look: Look = {}): Resolved {
  const { width = WIDTH, theme = 'light', bare = false, linked = false, stretch = 1 } = look;
  return {
    ...look,
    width: Math.max(LEAST_WIDTH, Math.round(width)),
    theme: THEMES[theme],
    bare: bare || look.title === '',
    linked,
    stretch,
  };
}
