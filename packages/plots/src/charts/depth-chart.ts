import { shownIn } from '@unitscope/base';
import type { Markish } from '@observablehq/plot';
import { ChartDataError } from '../chart-error.js';
import { namedStyles } from '../marks/palette.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { bandMark } from '../marks/band.js';
import { levelDomain, levelsOf } from '../marks/level-domain.js';
import { Drawing } from '../marks/plot-panel.js';
import { nameAxis } from '../marks/name-axis.js';
import type { Trend } from '../trend/trend.js';
import type { TextLook } from '../terminal/text-look.js';
import { trendText } from '../trend/trend-text.js';

const MOST_NAMED = 8;

export interface DepthPoint {
  readonly layer: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** All that is known there. */
  readonly row?: MarkRow;
}

interface DepthLine {
  readonly name: string;
  readonly points: readonly DepthPoint[];
  /** What all its points have in common. */
  readonly of?: MarkRow;
}

/** A value by layer, one line a checkpoint. */
export interface Depth {
  readonly title: string;
  readonly subtitle: string;
  readonly label: string;
  /** In their order, the first one first. */
  readonly layers: readonly string[];
  readonly lines: readonly DepthLine[];
}

/** Entropy by layer as an SVG document, one line a checkpoint, intervals as bands. Throws ChartDataError. */
export async function depthChart(depth: Depth, look?: Look): Promise<string> {
  check(depth);
  const drawing = await Drawing.begin(look);
  const { Plot, theme, width } = drawing;
  const styles = namedStyles(
    depth.lines.map(({ name }) => name),
    theme,
  );
  const few = depth.lines.length <= MOST_NAMED;
  const axis = nameAxis(depth.layers, { width, left: 56, right: 24 });
  const marks: Markish[] = [
    drawing.grid(6),
    drawing.axisY(6),
    Plot.axisX([...axis.shown], {
      label: 'layer, by depth →',
      labelOffset: axis.bottom - 4,
      fontSize: 11,
      tickFormat: axis.nameOf,
      ...axis.rotated,
    }),
    Plot.text([depth.label], { frameAnchor: 'top-left', dy: -20, dx: -40, fontSize: 12 }),
    ...lineMarks(drawing, depth, styles, few),
  ];
  const part = drawing.panel({
    width,
    height: 292 + axis.bottom,
    marginLeft: axis.left,
    marginRight: 24,
    marginTop: 34,
    marginBottom: axis.bottom,
    x: { type: 'point', domain: [...depth.layers], padding: 0.3 },
    y: { ...levelDomain(levelsOf(depth.lines)), nice: true },
    marks,
  });
  const named = styles.filter(
    (_, i) => few || i % Math.ceil(styles.length / MOST_NAMED) === 0 || i === styles.length - 1,
  );
  const legend = named.map((style) => ({
    ...style,
    marker: drawing.marker(few ? style : { ...style, dash: 'none' }),
    of: depth.lines.find(({ name }) => name === style.name)?.of,
  }));
  return drawing.page({ title: depth.title, subtitle: depth.subtitle, legend, parts: [part] });
}

/** The lines of the checkpoints; intervals as bands, of many checkpoints those of the first and the last. */
function lineMarks(
  drawing: Drawing,
  { lines }: Depth,
  styles: ReturnType<typeof namedStyles>,
  few: boolean,
): Markish[] {
  const { Plot, theme } = drawing;
  return lines.flatMap(({ points, of }, i) => {
    const color = styles[i]?.color ?? theme.ink;
    const bands = points.filter(({ low, high }) => low !== null && high !== null);
    const known = points.filter(({ value }) => value !== null);
    const place = { x: 'layer', y: 'value' };
    return [
      ...(few || i === 0 || i === lines.length - 1
        ? [bandMark(drawing, bands, { x: 'layer', color, of })]
        : []),
      Plot.lineY(known, {
        ...place,
        stroke: color,
        strokeWidth: few ? 1.75 : 1.2,
        strokeDasharray: few ? (styles[i]?.dash ?? 'none') : 'none',
        ...drawing.part(of),
      }),
      Plot.dot(known, {
        ...place,
        fill: color,
        symbol: styles[i]?.symbol ?? 'circle',
        r: few ? 3.2 : 2,
        ...drawing.rows(known, ({ row }) => row),
      }),
    ];
  });
}

/** The same in a terminal; of many checkpoints the first, the last and some between. */
export function depthText(given: Depth, width = 80, look: TextLook = {}): string {
  const depth = shownIn(given);
  check(depth);
  const step = Math.ceil(depth.lines.length / 4);
  const lines = depth.lines.filter((_, i) => i % step === 0 || i === depth.lines.length - 1);
  const numbers = depth.layers.map((layer, i) => `${i + 1} ${layer}`).join(', ');
  const trend: Trend = {
    title: depth.title,
    subtitle:
      depth.subtitle +
      (lines.length === depth.lines.length
        ? ''
        : ` ${lines.length} of ${depth.lines.length} lines have room here.`),
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
  return trendText(trend, width, look);
}

function check({ title, lines }: Depth): void {
  if (!lines.some(({ points }) => points.some(({ value }) => value !== null))) {
    throw new ChartDataError(`${title}: no layer has a value to draw`);
  }
}
