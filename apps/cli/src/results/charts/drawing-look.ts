import path from 'node:path';
import { printLook, type Look } from '@unitscope/plots';
import { QueryOutputError } from '@unitscope/query';
import type { DrawingFormat, DrawingOptions } from './drawing-size.js';

const ENDINGS: Readonly<Record<string, DrawingFormat>> = { '.svg': 'svg', '.png': 'png', '.pdf': 'pdf' };
const USUAL_WIDTH = { value: 720, unit: 'px' } as const;
const PAPER_DPI = 300;
const PAGE_DPI = 192;

/** The format that is asked for, or that a file's ending says. Throws QueryOutputError. */
export function drawingFormat(file: string, asked?: DrawingFormat): DrawingFormat {
  const said = ENDINGS[path.extname(file).toLowerCase()];
  if (asked !== undefined && said !== undefined && asked !== said)
    throw new QueryOutputError(`${file}: expected a name that ends in .${asked}, as --format says`);
  const format = asked ?? said;
  if (format !== undefined) return format;
  throw new QueryOutputError(`${file}: expected a name that ends in .svg, .png or .pdf, or --format`);
}

/** How a chart is laid out for what is asked. Throws PrintSizeError, QueryOutputError. */
export function drawingLook(options: DrawingOptions, format: DrawingFormat): Look {
  const { width, height, font = {}, theme, title } = options;
  if (format === 'pdf' && font.family !== undefined)
    throw new QueryOutputError(
      `--font: a PDF has its font inside: expected a .ttf or .otf file, found the family "${font.family}"`,
    );
  if (format !== 'pdf' && font.file !== undefined)
    throw new QueryOutputError(`--font: ${format.toUpperCase()} names a family, found the file ${font.file}`);
  const isSized = width !== undefined || height !== undefined || font.points !== undefined;
  return {
    theme,
    title,
    font: font.family,
    ...(isSized && printLook({ width: width ?? USUAL_WIDTH, height, text: font.points })),
  };
}

/** Pixels an inch of a PNG. */
export function drawingDpi({ width, dpi }: DrawingOptions): number {
  return dpi ?? (width === undefined || width.unit === 'px' ? PAGE_DPI : PAPER_DPI);
}
