import type { PlotOptions } from '@observablehq/plot';
import type { SeriesStyle } from './palette.js';
import type { SvgPart } from './svg-page.js';

export type Plot = typeof import('@observablehq/plot');

/** Observable Plot and a document to draw in; loaded when a chart is drawn: most commands draw none. */
export class Drawing {
  private constructor(
    readonly Plot: Plot,
    private readonly document: Document,
  ) {}

  static async begin(): Promise<Drawing> {
    const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
    return new Drawing(Plot, parseHTML('<!doctype html><html></html>').document);
  }

  panel(options: PlotOptions & { height: number }): SvgPart {
    return {
      svg: serialize(this.Plot.plot({ ...options, document: this.document })),
      height: options.height,
    };
  }

  /** A series' symbol, on a piece of its line where it has one, around the origin. */
  marker({ color, symbol }: SeriesStyle, line = true): string {
    const { svg } = this.panel({
      width: 24,
      height: 12,
      margin: 0,
      axis: null,
      marks: [this.Plot.dot([0], { frameAnchor: 'middle', fill: color, symbol, r: 4 })],
    });
    const path = line ? `<path d="M-12,0H12" stroke="${color}" stroke-width="1.75"/>` : '';
    return `${path}<g transform="translate(-12,-6)">${svg}</g>`;
  }

  /** A patch of colour, around the origin. */
  patch(color: string): string {
    return `<rect x="-10" y="-6" width="20" height="12" fill="${color}"/>`;
  }
}

/** Plot's own style sheet is for pages; in a file it would only be one more thing for a viewer to get wrong. */
function serialize(svg: Element): string {
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.removeAttribute('class');
  svg.removeAttribute('font-family');
  return svg.outerHTML;
}
