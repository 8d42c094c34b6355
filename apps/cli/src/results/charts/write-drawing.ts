import { POINTS } from '@unitscope/plots';
import { OutputFile } from '@unitscope/process';
import { QueryOutputError } from '@unitscope/query';
import { drawingDpi } from './drawing-look.js';
import { sizedDrawing } from './sized-drawing.js';
import type { DrawingFormat, DrawingOptions } from './drawing-size.js';

/** librsvg draws a px of a file at this density as one pixel. */
const PLAIN_DENSITY = 72;
const MOST_PIXELS = 20_000;

/** Writes a drawing, whole or not at all; gives its size. Throws OutputError, QueryOutputError. */
export async function writeDrawing(
  file: string,
  format: DrawingFormat,
  svg: string,
  options: DrawingOptions = {},
): Promise<number> {
  const bytes = await drawn(format, svg, options);
  await OutputFile.put(file, bytes);
  return bytes.length;
}

async function drawn(format: DrawingFormat, svg: string, options: DrawingOptions): Promise<Buffer> {
  if (format === 'svg') return Buffer.from(svg);
  if (format === 'png') return png(svg, drawingDpi(options));
  const { pdfDrawing } = await import('./pdf-drawing.js');
  return pdfDrawing(svg, sizeOf(svg).points, options.font?.file);
}

/** In whole pixels, its resolution noted in the file. */
async function png(svg: string, dpi: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const { units, points } = sizeOf(svg);
  const [width, height] = points.map((length) => Math.round((length / 72) * dpi)) as [number, number];
  if (Math.max(width, height) > MOST_PIXELS)
    throw new QueryOutputError(
      `a PNG of ${width} × ${height} pixels is too large: expected a smaller --dpi, or svg or pdf`,
    );
  const plain = sizedDrawing(svg, units);
  // The last row and column are covered in part.
  const [, ground = '#ffffff'] = /<rect [^>]*fill="(#[0-9a-f]{6})"/.exec(svg) ?? [];
  return sharp(Buffer.from(plain), { density: (PLAIN_DENSITY * width) / units[0] })
    .resize(width, height, { fit: 'fill' })
    .flatten({ background: ground })
    .withDensity(dpi)
    .png()
    .toBuffer();
}

interface Size {
  /** Of the view box: across, down. */
  readonly units: readonly [number, number];
  /** On paper. */
  readonly points: readonly [number, number];
}

/** The size that a drawing's root says. */
function sizeOf(svg: string): Size {
  const [, width, unit, height, across, down] =
    /^<svg[^>]* width="([\d.]+)([a-z]*)" height="([\d.]+)[a-z]*" viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ??
    [];
  const each = POINTS[(unit === '' ? 'px' : unit) as keyof typeof POINTS];
  return { units: [Number(across), Number(down)], points: [Number(width) * each, Number(height) * each] };
}
