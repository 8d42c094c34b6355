import { markupText as escapeHtml } from '@unitscope/base';

export { escapeHtml };

/** A cell of more characters is a text of several lines; one that begins with a figure may be longer. */
const LONG = 24;
const LONG_FIGURE = 48;

/** A table; numbers to the right. */
export function htmlTable(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cell = (value: string | number): string => {
    const text = String(value);
    const isFigure = /^[-−]?[0-9.<]/.test(text);
    const isLong = text.length > (isFigure ? LONG_FIGURE : LONG);
    const kind = isLong ? 'long' : isFigure ? 'number' : null;
    return `<td${kind === null ? '' : ` class="${kind}"`}>${escapeHtml(text)}</td>`;
  };
  const head = header.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table></div>`;
}

const DARK_COLORS =
  'color-scheme: dark; --ground: #14171c; --ink: #e3e6ea; --muted: #a4acb6; --line: #3a414c; --surface: #1b1f26; --link: #74b8f2;';
const LIGHT_COLORS =
  'color-scheme: light; --ground: #ffffff; --ink: #222222; --muted: #555555; --line: #cccccc; --surface: #f6f7f9; --link: #0a5c9e;';

const STYLE = `
body { background: var(--ground); color: var(--ink); font: 15px/1.5 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; }
a { color: var(--link); }
svg, img { max-width: 100%; height: auto; }
figure { margin: 1rem 0; }
.narrow { display: none; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .8rem; margin: 1.5rem 0; }
.answers section { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; }
.answers h2 { font-size: 1rem; margin: 0; } .answers p { margin: .3rem 0 0; }
.facts { color: var(--muted); font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { text-align: left; padding: .15rem .7rem .15rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
table { overflow-wrap: normal; } th { white-space: normal; vertical-align: bottom; } td { vertical-align: top; }
td.long { white-space: normal; min-width: 8rem; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 640px) { body { margin: 1rem auto; padding: 0 .75rem; } .narrow { display: block; } .narrow ~ .wide { display: none; } }
@media print {
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; }
  h2, caption, thead { break-after: avoid; } figure, tr, .answers section { break-inside: avoid; }
  .scroll { overflow: visible; } td, th { white-space: normal; }
  .narrow { display: none; } .narrow ~ .wide { display: block; }
}
`;

/** For which ground a page is; auto: what the reader’s system has, and light on paper. */
export type PageTheme = 'light' | 'dark' | 'auto';

function themeStyle(theme: PageTheme): string {
  if (theme !== 'auto') return `:root { ${theme === 'dark' ? DARK_COLORS : LIGHT_COLORS} }`;
  return `:root { ${LIGHT_COLORS} } .on-dark { display: none; }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK_COLORS} } .on-dark { display: block; } .on-light { display: none; } }`;
}

/** A whole page that asks for nothing: no script, no font, no picture from elsewhere. */
export function htmlPage(title: string, body: readonly string[], theme: PageTheme = 'light'): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${themeStyle(theme)}${STYLE}</style>
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}
