import { shownIn } from '@unitscope/base';
import type { Markish } from '@observablehq/plot';
import { ChartDataError } from '../chart-error.js';
import { density, type DensityPoint } from '../marks/density-estimate.js';
import { namedStyles, type SeriesStyle } from '../marks/palette.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { widest } from '../marks/text-width.js';
import { fittedNames, tickNames } from '../marks/tick-names.js';
import { Drawing } from '../marks/plot-panel.js';
import { prose } from '../marks/wrap.js';
import { inked, type TextLook } from '../terminal/text-look.js';

const ROW = 64;
/** In a terminal a person reads no more. */
const MOST_TEXT_ROWS = 60;
/** Rows of many layers are lower. */
const MOST_HEIGHT = 2600;
/** What a name needs from row to row. */
const NAME = 11;
const OVERLAP = 1.6;
const POINTS = 160;
const SHADES = ' .:-=+*#%@';
const BARS = ' ▁▂▃▄▅▆▇█';

/** Values of many units, by layer, for one or a few checkpoints. */
export interface Distribution {
  readonly title: string;
  readonly subtitle: string;
  readonly label: string;
  readonly layers: readonly string[];
  readonly groups: readonly {
    readonly name: string;
    /** What all its ridges have in common. */
    readonly of?: MarkRow;
    readonly values: readonly {
      readonly layer: string;
      readonly values: readonly number[];
      /** All that is known of them. */
      readonly row?: MarkRow;
    }[];
  }[];
}

/** Ridgelines, one a layer, as an SVG document: smoothed shares of units, each with the same area. Throws ChartDataError. */
export async function distributionChart(distribution: Distribution, look?: Look): Promise<string> {
  const { title, subtitle, label, layers, groups } = distribution;
  const { domain, ridges, highest } = ridgesOf(distribution, POINTS);
  const drawing = await Drawing.begin(look);
  const { Plot, width } = drawing;
  const styles = namedStyles(
    groups.map(({ name }) => name),
    drawing.theme,
  );
  const lift = (layer: string, height: number): number =>
    layers.length - 1 - layers.indexOf(layer) + (height / highest) * OVERLAP;
  const names = fittedNames(layers, width * 0.3 - 24, 11);
  const height = Math.min(layers.length * ROW, Math.max(MOST_HEIGHT, layers.length * 14)) + 90;
  const row = ((height - 60) * drawing.look.stretch) / (layers.length + OVERLAP);
  const part = drawing.panel({
    width,
    height,
    marginLeft: 24 + Math.ceil(widest(names.values(), 11)),
    marginRight: 24,
    marginTop: 16,
    marginBottom: 44,
    x: { domain },
    y: { domain: [-0.15, layers.length - 1 + OVERLAP + 0.1], axis: null },
    marks: [
      Plot.axisX({ label: `${label} →`, fontSize: 11 }),
      Plot.axisY(
        layers.filter((_, i) => i % Math.ceil(NAME / row) === 0).map((layer) => lift(layer, 0)),
        {
          label: null,
          tickSize: 0,
          fontSize: 11,
          tickFormat: (level: number) => names.get(layers[layers.length - 1 - level] ?? '') ?? '',
        },
      ),
      ...ridgeMarks(drawing, layers, ridges, { styles, lift }),
    ],
  });
  const legend = styles.map((style, i) => ({
    ...style,
    marker: drawing.patch(style.color),
    of: groups[i]?.of,
  }));
  return drawing.page({ title, subtitle, legend, parts: [part] });
}

function ridgeMarks(
  drawing: Drawing,
  layers: readonly string[],
  ridges: readonly Ridge[],
  {
    styles,
    lift,
  }: { readonly styles: readonly SeriesStyle[]; readonly lift: (layer: string, height: number) => number },
): Markish[] {
  const { Plot, theme } = drawing;
  return layers.flatMap((layer) => [
    Plot.ruleY([lift(layer, 0)], { stroke: theme.grid }),
    ...ridges
      .filter((ridge) => ridge.layer === layer)
      .flatMap(({ group, points, row }) => {
        const color = styles[group]?.color ?? theme.ink;
        const placed = points.map(({ x, height }) => ({ x, y1: lift(layer, 0), y2: lift(layer, height) }));
        const area = { x: 'x', y1: 'y1', y2: 'y2', fill: color, fillOpacity: 0.3 };
        const line = { x: 'x', y: 'y2', stroke: color, strokeWidth: 1.4 };
        return [
          Plot.areaY(placed, { ...area, ...drawing.rows(placed, () => row) }),
          Plot.lineY(placed, {
            ...line,
            strokeDasharray: group === 0 ? 'none' : '5 2',
            ...drawing.part(row),
          }),
        ];
      }),
  ]);
}

/** The same in a terminal: a row a layer and checkpoint, darker where more units are. */
export function distributionText(given: Distribution, width = 80, look: TextLook = {}): string {
  const whole = shownIn(given);
  const every = Math.ceil((whole.layers.length * whole.groups.length) / MOST_TEXT_ROWS);
  const layers = whole.layers.filter((_, i) => i % every === 0);
  const distribution = { ...whole, layers };
  const { title, label, groups } = distribution;
  const part = `${layers.length} of ${whole.layers.length} layers have room here.`;
  const subtitle = every === 1 ? whole.subtitle : `${whole.subtitle} ${part}`;
  const names = layers.flatMap((layer) => groups.map(({ name }) => `${layer}, ${name}`));
  const left = Math.min(30, Math.floor(0.4 * width), Math.max(...names.map((name) => name.length)) + 1);
  const isShort = names.every((name) => name.length < left);
  // Both have room, each by what tells it from the others.
  const half = Math.floor(left / 2) - 2;
  const layerNames = tickNames(layers, half);
  const groupNames = tickNames(
    groups.map(({ name }) => name),
    half,
  );
  const nameOf = (layer: string, group: string): string =>
    isShort ? `${layer}, ${group}` : `${layerNames.get(layer) ?? ''}, ${groupNames.get(group) ?? ''}`;
  const columns = Math.max(20, width - left - 2);
  const { domain, ridges, highest } = ridgesOf(distribution, columns);
  const signs = look.unicode === true ? BARS : SHADES;
  const edge = look.unicode === true ? '│' : '|';
  const rows = layers.flatMap((layer) =>
    ridges
      .filter((ridge) => ridge.layer === layer)
      .map(({ group, points }) => {
        const shades = points.map(
          ({ height }) => signs[Math.round((height / highest) * (signs.length - 1))] ?? ' ',
        );
        return `${nameOf(layer, groups[group]?.name ?? '').padEnd(left)}${edge}${inked(shades.join(''), group, look)}${edge}`;
      }),
  );
  const [from, to] = domain.map((value) => value.toFixed(2)) as [string, string];
  const scale = `${' '.repeat(left + 1)}${from}${' '.repeat(Math.max(1, columns - from.length - to.length))}${to}`;
  const words = `${label}; ${look.unicode === true ? 'height' : 'shade'}: share of units`;
  const key = prose([words], columns).map((line) => ' '.repeat(left + 1) + line);
  return `${[...prose([title, subtitle], width), '', ...rows, scale, ...key].join('\n')}\n`;
}

interface Ridge {
  readonly layer: string;
  readonly group: number;
  readonly points: readonly DensityPoint[];
  readonly row: MarkRow | undefined;
}

function ridgesOf(
  { title, groups }: Distribution,
  points: number,
): { domain: [number, number]; ridges: Ridge[]; highest: number } {
  const all = groups.flatMap(({ values }) => values.flatMap(({ values: found }) => found));
  if (all.length === 0) throw new ChartDataError(`${title}: no unit has a value to draw`);
  const low = all.reduce((least, value) => Math.min(least, value), Infinity);
  const high = all.reduce((most, value) => Math.max(most, value), -Infinity);
  const margin = (high - low || 1) * 0.06;
  const domain: [number, number] = [Math.max(low >= 0 ? 0 : -Infinity, low - margin), high + margin];
  const ridges = groups.flatMap(({ values }, group) =>
    values
      .filter(({ values: found }) => found.length > 0)
      .map(({ layer, values: found, row }) => {
        return { layer, group, points: density(found, domain, points), row };
      }),
  );
  const highest = Math.max(...ridges.flatMap(({ points: found }) => found.map(({ height }) => height)));
  return { domain, ridges, highest };
}
