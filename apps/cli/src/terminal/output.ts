import { jsonText, shownLines } from '@unitscope/base';
import { wrapLines } from './prose.js';
import { terminalWidth } from './terminal-width.js';

// All that a command writes goes through here (lint sees to it): labels, names and messages come from files of others.
// A name within a line goes through `line` or `shownText` before, so that it has no line of its own.

/** Writes a text for people to stdout, no line wider than the terminal. */
export function print(text: string): void {
  process.stdout.write(wrapLines(shownLines(text), terminalWidth()));
}

/** Lines that are whole as they are: a drawing of characters, a script, a help text. */
export function printWhole(text: string): void {
  process.stdout.write(shownLines(text));
}

/** A chart of characters: of what would steer the terminal, its colours alone stay. */
export function printDrawn(text: string): void {
  const pieces = text.split(/(\u001b\[[0-9;]*m)/);
  process.stdout.write(pieces.map((piece, i) => (i % 2 === 1 ? piece : shownLines(piece))).join(''));
}

/** One JSON document, in a line. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`);
}

/** CSV or SVG: as it is for a file or a program, shown on a terminal. */
export function printDocument(text: string): void {
  process.stdout.write(process.stdout.isTTY ? shownLines(text) : text);
}

/** Writes a text for people to stderr. */
export function tell(text: string): void {
  process.stderr.write(toldLines(text));
}

/** Writes over the last line of a terminal on stderr; without a text it is only removed. */
export function tellOver(text = ''): void {
  process.stderr.write(`\r\u001b[2K${toldLines(text)}`);
}

function toldLines(text: string): string {
  return wrapLines(shownLines(text), terminalWidth(process.stderr));
}
