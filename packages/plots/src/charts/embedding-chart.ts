import type { Markish } from '@observablehq/plot';
import { ChartDataError } from '../chart-error.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { namedStyles, plainStyle, rampColor, type SeriesStyle, type Theme } from '../marks/palette.js';
import { Drawing } from '../marks/plot-panel.js';

/** A point in the plane; its colour by a number (a scale) or a name. */
export interface EmbeddingPoint {
  readonly name: string;
  /** Points of one run are joined in the order of their steps. */
  readonly run: string | null;
  /** null: in no run. */
  readonly step: number | null;
  readonly x: number;
  readonly y: number;
  readonly color: number | string | null;
  /** What people wrote of the checkpoint. */
  readonly annotation?: string;
}

export interface Embedding {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly colorLabel: string | null;
  readonly points: readonly EmbeddingPoint[];
}

/** More names than that are a scale of their own. */
const MOST_NAMES = 12;
const HEIGHT = 420;

/** Points in a plane and the paths of their runs, an SVG document. Throws ChartDataError. */
export async function embeddingChart(embedding: Embedding, look?: Look): Promise<string> {
  checkEmbedding(embedding);
  const drawing = await Drawing.begin(look);
  const { Plot, theme, width } = drawing;
  const { points } = embedding;
  const { styleOf, legend } = colours(points, theme);
  const paths = pathsOf(points);
  const ends = paths.flatMap((path) => (path.length > 1 ? [path.at(-1)] : []));
  const [xs, ys] = [domainOf(points.map(({ x }) => x)), domainOf(points.map(({ y }) => y))];
  const marks: Markish[] = [
    Plot.rect([0], { x1: xs[0], x2: xs[1], y1: ys[0], y2: ys[1], fill: 'none', stroke: theme.grid }),
    Plot.axisX({ label: `${embedding.xLabel} →`, labelAnchor: 'center', fontSize: 11, ticks: 6 }),
    Plot.axisY({ label: null, fontSize: 11, ticks: 6 }),
    Plot.text([`↑ ${embedding.yLabel}`], { frameAnchor: 'top-left', dy: -18, dx: -40, fontSize: 12 }),
    ...paths.map((path) => Plot.line(path, { x: 'x', y: 'y', stroke: theme.faint, strokeWidth: 1.2 })),
    ...points.map((point) =>
      Plot.dot([point], {
        x: 'x',
        y: 'y',
        r: 4.5,
        fill: styleOf(point).color,
        symbol: styleOf(point).symbol,
        stroke: theme.ground,
        strokeWidth: 0.75,
        ...drawing.rows([point], pointRow),
      }),
    ),
    Plot.dot(ends, { x: 'x', y: 'y', r: 8, stroke: theme.ink, strokeWidth: 1.2 }),
  ];
  const part = drawing.panel({
    width,
    height: HEIGHT,
    marginLeft: 52,
    marginRight: 18,
    marginTop: 32,
    marginBottom: 44,
    x: { domain: xs },
    y: { domain: ys },
    marks,
  });
  const shown = legend.map((style) => ({ ...style, marker: drawing.marker(style, false) }));
  return drawing.page({
    title: embedding.title,
    subtitle: embeddingWords(embedding),
    legend: shown,
    parts: [part],
  });
}

/** What is said below the title of the picture. */
export function embeddingWords({ subtitle, colorLabel }: Embedding): string {
  const colour = colorLabel === null ? '' : ` Colour: ${colorLabel}.`;
  return `${subtitle} A ring marks the last of each training.${colour}`;
}

/** The points of each run in the order of their steps. */
export function pathsOf(points: readonly EmbeddingPoint[]): EmbeddingPoint[][] {
  const placed = points.filter(({ step }) => step !== null);
  return [...Map.groupBy(placed, ({ run }) => run).values()].map((own) =>
    [...own].sort((a, b) => (a.step ?? 0) - (b.step ?? 0)),
  );
}

function pointRow({ name, run, step, color, x, y, annotation }: EmbeddingPoint): MarkRow {
  return {
    ...{ checkpoint: name, ...(run !== null && { run }), step, ...(color !== null && { color }), x, y },
    ...(annotation !== undefined && { annotation }),
  };
}

interface Colours {
  readonly styleOf: (point: EmbeddingPoint) => SeriesStyle;
  readonly legend: readonly SeriesStyle[];
}

/** Numbers on the ramp, names each with a colour and a symbol; what has neither is faint. */
function colours(points: readonly EmbeddingPoint[], theme: Theme): Colours {
  const none = plainStyle('no value', theme.faint);
  const hasNone = points.some(({ color }) => color === null);
  const numbers = points.flatMap(({ color }) => (typeof color === 'number' ? [color] : []));
  if (numbers.length > 0) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const at = (value: number): SeriesStyle =>
      plainStyle(
        String(Number(value.toPrecision(4))),
        rampColor(high === low ? 0.5 : (value - low) / (high - low), theme),
      );
    const ticks = [...new Set([low, (low + high) / 2, high])];
    return {
      styleOf: ({ color }) => (typeof color === 'number' ? at(color) : none),
      legend: [...ticks.map(at), ...(hasNone ? [none] : [])],
    };
  }
  const names = [...new Set(points.flatMap(({ color }) => (typeof color === 'string' ? [color] : [])))];
  const styles = new Map(namedStyles(names, theme).map((style) => [style.name, style]));
  const shown = [...styles.values()].slice(0, MOST_NAMES);
  const rest = names.length - shown.length;
  const more = rest > 0 ? [plainStyle(`and ${rest} more`, theme.ground)] : [];
  return {
    styleOf: ({ color }) => styles.get(String(color)) ?? none,
    legend: [...shown, ...more, ...(hasNone && names.length > 0 ? [none] : [])],
  };
}

function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = high === low ? 0.5 : (high - low) / 15;
  return [low - margin, high + margin];
}

export function checkEmbedding({ title, points }: Embedding): void {
  if (points.length === 0) throw new ChartDataError(`${title}: no checkpoint to draw`);
}
