import { readFile } from 'node:fs/promises';
import { create } from 'fontkit';
import PDFDocument from 'pdfkit';
import svgToPdf from 'svg-to-pdfkit';
import { InputError } from '@unitscope/base';
import { sizedDrawing } from './sized-drawing.js';

/** Beside the bundle (build.mjs): DejaVu has the letters of most languages, and the signs of the charts. */
const FONTS = { plain: 'DejaVuSansCondensed.ttf', bold: 'DejaVuSansCondensed-Bold.ttf' } as const;

/** A font cannot be read, or has no sign for a letter of a drawing. */
class DrawingFontError extends InputError {
  readonly code = 'CHART_FONT';
}

/**
 * A drawing as a PDF of one page: lines are lines and texts are texts, their font is inside. The same drawing gives the same
 * bytes but for its date, which SOURCE_DATE_EPOCH sets. `points`: its size on paper. Throws DrawingFontError.
 */
export async function pdfDrawing(
  svg: string,
  points: readonly [number, number],
  fontFile?: string,
): Promise<Buffer> {
  const [plain, bold] = await Promise.all(
    fontFile === undefined
      ? [bundled(FONTS.plain), bundled(FONTS.bold)]
      : [fontOf(fontFile), fontOf(fontFile)],
  );
  checkLetters(svg, plain, fontFile);
  const [width, height] = points;
  const info = { CreationDate: now() };
  const document = new PDFDocument({ size: [width, height], margin: 0, font: plain as never, info });
  document.registerFont('plain', plain);
  document.registerFont('bold', bold);
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  svgToPdf(document, sizedDrawing(svg, points), 0, 0, {
    assumePt: true,
    fontCallback: (_family, isBold) => (isBold ? 'bold' : 'plain'),
  });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function now(): Date {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? NaN);
  return Number.isSafeInteger(seconds) ? new Date(1000 * seconds) : new Date();
}

function bundled(name: string): Promise<Buffer> {
  return readFile(new URL(`./fonts/${name}`, import.meta.url));
}

async function fontOf(file: string): Promise<Buffer> {
  try {
    const bytes = await readFile(file);
    create(bytes);
    return bytes;
  } catch (cause) {
    throw new DrawingFontError(`--font ${file}: expected a TrueType or OpenType font`, { cause });
  }
}

/** A letter without a sign would be an empty box. */
function checkLetters(svg: string, bytes: Buffer, file: string | undefined): void {
  const font = create(bytes);
  if (!('hasGlyphForCodePoint' in font))
    throw new DrawingFontError(`--font ${file ?? ''}: expected a file of one font, found a collection`);
  const texts = svg.replaceAll(/<[^>]*>/g, '').replaceAll(/&[a-z]+;|\s/g, '');
  const lacking = [...new Set(texts)].filter(
    (letter) => !font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0),
  );
  const [first] = lacking;
  if (first === undefined) return;
  const code = (first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new DrawingFontError(
    `the font of the PDF has no sign for "${first}" (U+${code}): expected --font with a .ttf or .otf file that has it, or --format svg`,
  );
}
