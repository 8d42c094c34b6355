import { drawingDocument } from '#document';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { markupOf } from '../document/markup-of.js';
import { resolveLook, type Look, type Resolved } from './look.js';
import { partOf, rowsOf, type MarkRow } from './mark-row.js';
import type { SeriesStyle, Theme } from './palette.js';
import { svgPage, type SvgPage, type SvgPart } from '../document/svg-page.js';
import { fittedNames } from './tick-names.js';
import { wholeAxis, type WholeAxis } from './whole-ticks.js';

/** Wider names of a legend are shortened. */
const LEGEND_NAME = 340;

export type Plot = typeof import('@observablehq/plot');

/** Begins to load what charts are drawn with, before there is one to draw. */
export function prepareDrawing(): void {
  void Drawing.begin().catch(() => undefined); // who draws is told why it cannot
}

/** Observable Plot and a document to draw in; loaded when a chart is drawn: most commands draw none. */
export class Drawing {
  private constructor(
    readonly Plot: Plot,
    readonly look: Resolved,
    private readonly document: Document,
  ) {}

  static async begin(look?: Look): Promise<Drawing> {
    const [Plot, document] = await Promise.all([import('@observablehq/plot'), drawingDocument()]);
    return new Drawing(Plot, resolveLook(look), document);
  }

  get theme(): Theme {
    return this.look.theme;
  }

  get width(): number {
    return this.look.width;
  }

  /** The row of each element, as an option of its mark; nothing where that is not asked for. */
  rows<T>(data: readonly T[], rowOf: (datum: T) => MarkRow | undefined): Partial<ReturnType<typeof rowsOf>> {
    return this.look.linked ? rowsOf(data, rowOf) : {};
  }

  /** The same of what belongs to all rows with these values. */
  part(row: MarkRow | undefined): Partial<ReturnType<typeof partOf>> {
    return this.look.linked ? partOf(row) : {};
  }

  panel(options: PlotOptions & { height: number }): SvgPart {
    const margins = (options.marginTop ?? 0) + (options.marginBottom ?? 0);
    const height = Math.round(margins + (options.height - margins) * this.look.stretch);
    return this.draw({ ...options, height });
  }

  private draw(options: PlotOptions & { height: number }): SvgPart {
    const svg = this.Plot.plot({ ...options, document: this.document });
    if (this.look.linked) noteAxis(svg);
    return { svg: withoutStyles(svg), height: options.height };
  }

  /** The axis of y, its ticks without a label: of a plot that is lower than usual at fewer places, of counts at whole numbers. */
  axisY(usual: number, values?: readonly number[]): Markish {
    return this.Plot.axisY({ label: null, tickSize: 0, fontSize: 11, ...this.ticks(usual, values) });
  }

  grid(usual: number, values?: readonly number[]): Markish {
    const { ticks } = this.ticks(usual, values);
    return this.Plot.gridY({ ticks, stroke: this.theme.grid, strokeOpacity: 1 });
  }

  private ticks(usual: number, values?: readonly number[]): WholeAxis {
    const count = Math.max(2, Math.round(usual * Math.min(1, this.look.stretch)));
    return values === undefined ? { ticks: count } : wholeAxis(values, count);
  }

  page(page: Omit<SvgPage, 'look'>): string {
    const { linked, width } = this.look;
    const names = fittedNames(
      page.legend.map(({ name }) => name),
      Math.min(LEGEND_NAME, width - 80),
      12,
    );
    const legend = page.legend.map(({ of, ...entry }) => ({
      ...entry,
      name: names.get(entry.name) ?? entry.name,
      ...(linked && of !== undefined && { of }),
    }));
    return svgPage({ ...page, legend, look: this.look });
  }

  /** A series' symbol, on a piece of its line where it has one, around the origin. */
  marker({ color, symbol, dash }: SeriesStyle, line = true): string {
    const { svg } = this.draw({
      width: 24,
      height: 12,
      margin: 0,
      axis: null,
      marks: [this.Plot.dot([0], { frameAnchor: 'middle', fill: color, symbol, r: 4 })],
    });
    const path = line
      ? `<path d="M-12,0H12" stroke="${color}" stroke-width="1.75"${dash === 'none' ? '' : ` stroke-dasharray="${dash}"`}/>`
      : '';
    return `${path}<g transform="translate(-12,-6)">${svg}</g>`;
  }

  /** What stands for no value, around the origin. */
  cross(): string {
    return `<path d="M-4,-4L4,4M-4,4L4,-4" stroke="${this.theme.faint}" stroke-width="1.2"/>`;
  }

  /** A patch of colour, around the origin. */
  patch(color: string): string {
    return `<rect x="-10" y="-6" width="20" height="12" fill="${color}"/>`;
  }
}

/** Where values stand along a linear x axis, for a page that asks between which ones a pointer went. */
function noteAxis(svg: ReturnType<Plot['plot']>): void {
  const { type, domain, range } = svg.scale('x') ?? {};
  if (type === 'linear') svg.setAttribute('data-x', JSON.stringify({ domain, range }));
}

/** Plot's own style sheet is for pages; in a file it would only be one more thing for a viewer to get wrong. */
function withoutStyles(svg: Element): string {
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.removeAttribute('class');
  svg.removeAttribute('font-family');
  return markupOf(svg);
}
