import { ChartDataError, escapeHtml, type Look, type PageTheme } from '@unitscope/plots';

/** On a telephone; a chart is laid out again for it. */
const NARROW = 360;
/** A larger drawing is a picture of pixels, so that a report of many layers can be sent too. */
const MOST_DRAWING = 90_000;
const PIXELS = 1.5;

type Draw = (look: Look) => Promise<string>;

/**
 * A chart for a page of this theme, wide and narrow; of `auto` on both grounds. Where there is nothing to draw, as of units that are
 * all dead, what that is.
 */
export async function reportFigure(draw: Draw, theme: PageTheme): Promise<string> {
  const grounds = theme === 'auto' ? (['light', 'dark'] as const) : [theme];
  try {
    const figures: string[] = [];
    for (const ground of grounds) {
      const name = theme === 'auto' ? ` class="on-${ground}"` : '';
      figures.push(`<figure${name}>${await bothWidths(draw, ground)}</figure>`);
    }
    return figures.join('');
  } catch (error) {
    if (!(error instanceof ChartDataError)) throw error;
    return `<p>${escapeHtml(error.message)}.</p>`;
  }
}

async function bothWidths(draw: Draw, theme: 'light' | 'dark'): Promise<string> {
  const [narrow, wide] = [await draw({ theme, width: NARROW }), await draw({ theme })];
  return `<div class="narrow">${await shown(narrow)}</div><div class="wide">${await shown(wide)}</div>`;
}

async function shown(svg: string): Promise<string> {
  if (Buffer.byteLength(svg) <= MOST_DRAWING) return svg;
  const { default: sharp } = await import('sharp');
  const [, width, height] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  const [, title = ''] = /<title>([^]*?)<\/title>/.exec(svg) ?? [];
  const png = await sharp(Buffer.from(svg), { density: 72 * PIXELS })
    .png({ palette: true, colours: 64 })
    .toBuffer();
  return `<img alt="${title}" width="${width}" height="${height}" src="data:image/png;base64,${png.toString('base64')}">`;
}
