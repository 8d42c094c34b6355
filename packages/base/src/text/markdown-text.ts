import { shownText } from './shown-text.js';

/** A text in a line of Markdown: no emphasis, link, picture, code, cell or HTML comes of it, nor another line. */
export function markdownText(text: string): string {
  return shownText(text.replaceAll(/\s*\n\s*/g, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*_<>[\]|~]/g, '\\$&')
    .replace(/^(\s*)([#+=-]|\d+[.)])(?=\s)/, '$1\\$2');
}
