import { mapColor } from '../marks/palette.js';

/** What a terminal can show; left out: ASCII without colours. */
export interface TextLook {
  /** Braille and blocks; a terminal of another encoding would show garbage. */
  readonly unicode?: boolean;
  /** How many bits of colour, as `tty.WriteStream.getColorDepth` says: 1 (none), 4, 8 or 24. */
  readonly colorDepth?: number;
}

/** Blue, yellow, magenta, cyan, red, green of the terminal's own sixteen: it chose them for its ground. */
const INKS = [34, 33, 35, 36, 31, 32];

/** A text in the colour of the series of that number; as it is where there are no colours or `ink` is none. */
export function inked(text: string, ink: number | null, { colorDepth = 1 }: TextLook): string {
  if (ink === null || colorDepth < 4 || text === '') return text;
  return `\u001b[${INKS[ink % INKS.length]}m${text}\u001b[39m`;
}

/** A text on a ground of the ramp's colour, from 0 to 1; null where the terminal has too few colours. */
export function onRamp(text: string, share: number, { colorDepth = 1 }: TextLook): string | null {
  if (colorDepth < 8) return null;
  const color = mapColor(share);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const cube = (value: number): number => Math.round((value / 255) * 5);
  const code =
    colorDepth >= 24
      ? `2;${red};${green};${blue}`
      : `5;${16 + 36 * cube(red) + 6 * cube(green) + cube(blue)}`;
  return `\u001b[48;${code}m${text}\u001b[49m`;
}

/** Pieces of one line, neighbours of one ink together. */
export function inkedLine(cells: readonly InkedCell[], look: TextLook): string {
  let line = '';
  let piece = '';
  let ink: number | null = null;
  for (const cell of cells) {
    if (cell.ink !== ink && piece !== '') {
      line += inked(piece, ink, look);
      piece = '';
    }
    piece += cell.sign;
    ink = cell.ink;
  }
  return line + inked(piece, ink, look);
}

export interface InkedCell {
  readonly sign: string;
  readonly ink: number | null;
}
