import path from 'node:path';
import { OutputFile } from '@unitscope/process';
import { QueryOutputError } from '@unitscope/query';

const PNG_SCALE = 2;
const POINTS_PER_INCH = 72;

export type DrawingFormat = 'svg' | 'png';

/** The format that a file's ending says. Throws QueryOutputError. */
export function drawingFormat(file: string): DrawingFormat {
  const ending = path.extname(file).toLowerCase();
  if (ending === '.svg' || ending === '.png') return ending === '.svg' ? 'svg' : 'png';
  throw new QueryOutputError(`${file}: expected a name that ends in .svg or .png`);
}

/** Writes a drawing, whole or not at all; gives its size. Throws OutputError. */
export async function writeDrawing(file: string, format: DrawingFormat, svg: string): Promise<number> {
  const bytes = format === 'svg' ? Buffer.from(svg) : await png(svg);
  await OutputFile.put(file, bytes);
  return bytes.length;
}

async function png(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg), { density: POINTS_PER_INCH * PNG_SCALE })
    .png()
    .toBuffer();
}
