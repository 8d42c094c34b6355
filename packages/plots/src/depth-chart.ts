import type { Markish } from '@observablehq/plot';
import { ChartDataError } from './chart-error.js';
import { namedStyles } from './palette.js';
import { Drawing } from './plot-panel.js';
import { svgPage } from './svg-page.js';
import type { Trend } from './trend.js';
import { trendText } from './trend-text.js';

const WIDTH = 720;
const MOST_NAMED = 8;

export interface DepthPoint {
  readonly layer: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A value by layer, one line a checkpoint. */
export interface Depth {
  readonly title: string;
  readonly subtitle: string;
  readonly label: string;
  /** In their order, the first one first. */
  readonly layers: readonly string[];
  readonly lines: readonly { readonly name: string; readonly points: readonly DepthPoint[] }[];
}

/** Entropy by layer as an SVG document, one line a checkpoint, intervals as bands. Throws ChartDataError. */
export async function depthChart(depth: Depth): Promise<string> {
  check(depth);
  const drawing = await Drawing.begin();
  const { Plot } = drawing;
  const styles = namedStyles(depth.lines.map(({ name }) => name));
  const few = depth.lines.length <= MOST_NAMED;
  const marks: Markish[] = [
    Plot.gridY({ ticks: 6, stroke: '#dddddd', strokeOpacity: 1 }),
    Plot.axisY({ label: null, tickSize: 0, fontSize: 11, ticks: 6 }),
    Plot.axisX({ label: 'layer, by depth →', fontSize: 11, ...tilt(depth.layers) }),
    Plot.text([depth.label], { frameAnchor: 'top-left', dy: -20, dx: -40, fontSize: 12 }),
    ...depth.lines.flatMap(({ points }, i) => {
      const color = styles[i]?.color ?? '#222222';
      const bands = points.filter(({ low, high }) => low !== null && high !== null);
      const known = points.filter(({ value }) => value !== null);
      return [
        ...(few || i === 0 || i === depth.lines.length - 1
          ? [Plot.areaY(bands, { x: 'layer', y1: 'low', y2: 'high', fill: color, fillOpacity: 0.13 })]
          : []),
        Plot.lineY(known, { x: 'layer', y: 'value', stroke: color, strokeWidth: few ? 1.75 : 1.2 }),
        Plot.dot(known, {
          x: 'layer',
          y: 'value',
          fill: color,
          symbol: styles[i]?.symbol ?? 'circle',
          r: few ? 3.2 : 2,
        }),
      ];
    }),
  ];
  const part = drawing.panel({
    width: WIDTH,
    height: 340,
    marginLeft: 56,
    marginRight: 24,
    marginTop: 34,
    marginBottom: 48,
    x: { type: 'point', domain: [...depth.layers], padding: 0.3 },
    y: { nice: true },
    marks,
  });
  const named = styles.filter(
    (_, i) => few || i % Math.ceil(styles.length / MOST_NAMED) === 0 || i === styles.length - 1,
  );
  const legend = named.map((style) => ({ ...style, marker: drawing.marker(style) }));
  return svgPage({ title: depth.title, subtitle: depth.subtitle, width: WIDTH, legend, parts: [part] });
}

/** The same in a terminal; of many checkpoints the first, the last and some between. */
export function depthText(depth: Depth, width = 80): string {
  check(depth);
  const step = Math.ceil(depth.lines.length / 4);
  const lines = depth.lines.filter((_, i) => i % step === 0 || i === depth.lines.length - 1);
  const numbers = depth.layers.map((layer, i) => `${i + 1} ${layer}`).join(', ');
  const trend: Trend = {
    title: depth.title,
    subtitle: depth.subtitle,
    stepLabel: `layer, by depth: ${numbers}`,
    stepScale: 'linear',
    panels: [
      {
        label: depth.label,
        series: lines.map(({ name, points }) => ({
          name,
          points: points.map(({ layer, value, low, high }) => ({
            step: depth.layers.indexOf(layer) + 1,
            value,
            low,
            high,
          })),
        })),
      },
    ],
  };
  return trendText(trend, width);
}

function check({ title, lines }: Depth): void {
  if (!lines.some(({ points }) => points.some(({ value }) => value !== null))) {
    throw new ChartDataError(`${title}: no layer has a value to draw`);
  }
}

/** Names of many layers stand aslant. */
export function tilt(names: readonly string[]): { tickRotate?: number } {
  const characters = names.reduce((sum, name) => sum + name.length + 2, 0);
  return characters * 6.5 > WIDTH - 80 ? { tickRotate: -30 } : {};
}
