import { InvalidArgumentError, type Command } from 'commander';
import type { Length, Look } from '@unitscope/plots';

const UNITS: readonly Length['unit'][] = ['mm', 'cm', 'in', 'pt', 'px'];
const THEMES = ['light', 'dark', 'print'] as const;
const FORMATS = ['svg', 'png', 'pdf'] as const;

export type DrawingFormat = (typeof FORMATS)[number];

/** The font of `--font`: the smallest text in points, and a family's name or a file. */
export interface DrawingFont {
  readonly points?: number;
  readonly family?: string;
  readonly file?: string;
}

/** How a drawing that is written is to be. */
export interface DrawingOptions {
  readonly width?: Length;
  readonly height?: Length;
  readonly font?: DrawingFont;
  readonly theme?: NonNullable<Look['theme']>;
  readonly title?: string;
  readonly format?: DrawingFormat;
  readonly dpi?: number;
}

/** Adds what `DrawingOptions` holds to a command. */
export function withDrawingOptions(command: Command): Command {
  return command
    .option(
      '--width <length>',
      'of the drawing, with its unit (mm, cm, in, pt, px): it is laid out for that width, its smallest text has 6 pt at least; default: 720px',
      lengthOf,
    )
    .option(
      '--height <length>',
      'plots are stretched so that the drawing is as high; default: as it needs',
      lengthOf,
    )
    .option(
      '--font <font>',
      'size of the smallest text, and a family’s name or, for a PDF, a .ttf or .otf file: 8pt, "Times New Roman", "8pt Times"',
      fontOf,
    )
    .option(
      '--theme <theme>',
      'colours: light, dark, or print: black, with dashes beside colours',
      oneOf(THEMES),
    )
    .option('--title <title>', 'another title; "": neither title nor subtitle')
    .option('--format <format>', 'svg, png or pdf; default: what the name of --out ends in', oneOf(FORMATS))
    .option('--dpi <number>', 'of a PNG: pixels an inch; default: 300, of a width in px 192', dpiOf);
}

/** Reads a length with its unit. */
export function lengthOf(text: string): Length {
  const [, number, word] = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const unit = UNITS.find((one) => one === word?.toLowerCase());
  const value = Number(number);
  if (unit !== undefined && value > 0) return { value, unit };
  throw new InvalidArgumentError(
    `Expected a length with its unit (${UNITS.join(', ')}), such as 85mm or 3.3in, found "${text}".`,
  );
}

/** Reads a size, a family or both. */
export function fontOf(text: string): DrawingFont {
  const [, size, rest = ''] = /^(?:(\d+(?:\.\d+)?)pt(?:\s+|$))?(.*)$/i.exec(text.trim()) ?? [];
  const name = rest.trim();
  if ((size === undefined && name === '') || /^[\d.]/.test(name) || /["<>]/.test(name))
    throw new InvalidArgumentError(
      `Expected a size in pt, a family’s name, or both, such as 8pt or "8pt Times", found "${text}".`,
    );
  return {
    ...(size !== undefined && { points: Number(size) }),
    ...(name !== '' && (/\.(?:ttf|otf)$/i.test(name) ? { file: name } : { family: name })),
  };
}

function dpiOf(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= 36 && value <= 2400) return value;
  throw new InvalidArgumentError(`Expected a whole number from 36 to 2400, found "${text}".`);
}

function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected ${words.join(', ')}, found "${text}".`);
  };
}
