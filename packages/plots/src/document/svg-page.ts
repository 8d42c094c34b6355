import { markupText } from '@unitscope/base';
import type { SeriesStyle, Theme } from '../marks/palette.js';
import { PART, type MarkRow } from '../marks/mark-row.js';
import { wrap } from '../marks/wrap.js';

const FONT = 'Helvetica, Arial, &quot;Liberation Sans&quot;, &quot;DejaVu Sans&quot;, sans-serif';
const MARGIN = 16;
const LEGEND_ROW = 20;
/** A marker is drawn around its origin, 12 to both sides. */
const LEGEND_START = MARGIN + 12;
/** A generous mean width of a character in ems, since the viewer's font is not known here. */
const CHARACTER = 0.58;

export interface SvgPart {
  readonly svg: string;
  readonly height: number;
}

export interface LegendEntry extends SeriesStyle {
  readonly marker: string;
  /** Which marks it is the entry of. */
  readonly of?: MarkRow | undefined;
}

export interface SvgPage {
  readonly title: string;
  readonly subtitle: string;
  readonly legend: readonly LegendEntry[];
  readonly width: number;
  readonly theme: Theme;
  /** The title is told to readers of the page's text alone. */
  readonly untitled?: boolean;
  readonly parts: readonly SvgPart[];
}

/**
 * One SVG document on its own ground: title, subtitle, legend, and the parts one above the other. It holds no
 * identifier and no style sheet, so several can stand in one page.
 */
export function svgPage(page: SvgPage): string {
  const { title, subtitle, legend, width, theme, parts, untitled = false } = page;
  let y = untitled ? 0 : MARGIN;
  const body: string[] = [];
  const lines = (text: string, size: number): string[] =>
    wrap(text.split(' '), ' ', (line) => textWidth(line, size) <= width - 2 * MARGIN);
  const write = (texts: readonly string[], size: number, attributes: string): void => {
    for (const line of texts) {
      y += size;
      body.push(`<text x="${MARGIN}" y="${y}" font-size="${size}" ${attributes}>${markupText(line)}</text>`);
      y += Math.round(size * 0.4);
    }
  };
  if (!untitled) write(lines(title, 16), 16, 'font-weight="bold"');
  write(lines(subtitle, 12), 12, `fill="${theme.muted}"`);
  y += 8;
  for (const row of legendRows(legend, width)) {
    for (const { x, entry } of row) {
      const of = entry.of === undefined ? '' : ` ${PART}="${markupText(JSON.stringify(entry.of))}"`;
      body.push(`<g transform="translate(${x},${y + 6})"${of}>${entry.marker}`);
      body.push(`<text x="16" y="4" font-size="12">${markupText(entry.name)}</text></g>`);
    }
    y += LEGEND_ROW;
  }
  for (const { svg, height } of parts) {
    body.push(`<g transform="translate(0,${y})">${svg}</g>`);
    y += height;
  }
  const height = y + MARGIN / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="${FONT}" color="${theme.ink}" fill="${theme.ink}" role="img" aria-label="${markupText(title)}">`,
    `<title>${markupText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${theme.ground}"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

type Placed<T> = readonly { readonly x: number; readonly entry: T }[];

function legendRows<T extends SeriesStyle>(legend: readonly T[], width: number): Placed<T>[] {
  const rows: { x: number; entry: T }[][] = [];
  let x = LEGEND_START;
  for (const entry of legend) {
    const entryWidth = 16 + textWidth(entry.name, 12) + 28;
    const row = rows.at(-1);
    if (row === undefined || x + entryWidth > width - MARGIN) {
      x = LEGEND_START;
      rows.push([{ x, entry }]);
    } else {
      row.push({ x, entry });
    }
    x += entryWidth;
  }
  return rows;
}

function textWidth(text: string, size: number): number {
  return Math.round(text.length * size * CHARACTER);
}
