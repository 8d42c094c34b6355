import { markupText } from '@unitscope/base';
import type { Resolved } from '../marks/look.js';
import type { SeriesStyle } from '../marks/palette.js';
import { PART, type MarkRow } from '../marks/mark-row.js';
import { isNear } from './fit-height.js';
import { textWidth } from '../marks/text-width.js';
import { wrap } from '../marks/wrap.js';

const FONT = 'Helvetica, Arial, &quot;Liberation Sans&quot;, &quot;DejaVu Sans&quot;, sans-serif';
const MARGIN = 16;
const LEGEND_ROW = 20;
/** A marker is drawn around its origin, 12 to both sides. */
const LEGEND_START = MARGIN + 12;

export interface SvgPart {
  readonly svg: string;
  readonly height: number;
}

/** Parts beside each other, each as wide as given. */
export function partsBeside(parts: readonly SvgPart[], width: number): SvgPart {
  return {
    svg: parts.map(({ svg }, i) => `<g transform="translate(${i * width},0)">${svg}</g>`).join(''),
    height: Math.max(0, ...parts.map(({ height }) => height)),
  };
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
  /** Where it is bare, title and subtitle are told to readers of the page's text alone. */
  readonly look: Resolved;
  readonly parts: readonly SvgPart[];
}

/**
 * One SVG document on its own ground: title, subtitle, legend, and the parts one above the other. It holds no
 * identifier and no style sheet, so several can stand in one page.
 */
export function svgPage(page: SvgPage): string {
  const { legend, look, parts } = page;
  const { width, theme, bare } = look;
  const title = look.title === undefined || look.title === '' ? page.title : look.title;
  let y = bare ? 0 : MARGIN;
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
  if (!bare) {
    write(lines(title, 16), 16, 'font-weight="bold"');
    write(lines(page.subtitle, 12), 12, `fill="${theme.muted}"`);
  }
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
  const own = y + MARGIN / 2;
  const height = isNear(own, look.height) ? Math.round(look.height * 10_000) / 10_000 : own;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${sizeOf(look, height)} viewBox="0 0 ${width} ${height}" ` +
      `font-family="${look.font === undefined ? '' : `${markupText(JSON.stringify(look.font))}, `}${FONT}" color="${theme.ink}" fill="${theme.ink}" role="img" aria-label="${markupText(title)}">`,
    `<title>${markupText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${theme.ground}"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** What the root says of the drawing's size. */
function sizeOf({ width, paper }: Resolved, height: number): string {
  if (paper === undefined) return `width="${width}" height="${height}"`;
  const high = Math.round(((paper.value * height) / width) * 100) / 100;
  return `width="${paper.value}${paper.unit}" height="${high}${paper.unit}"`;
}

type Placed<T> = readonly { readonly x: number; readonly entry: T }[];

function legendRows<T extends SeriesStyle>(legend: readonly T[], width: number): Placed<T>[] {
  const rows: { x: number; entry: T }[][] = [];
  let x = LEGEND_START;
  for (const entry of legend) {
    const entryWidth = 16 + Math.ceil(textWidth(entry.name, 12)) + 28;
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
