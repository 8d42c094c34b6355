import { describe, expect, test } from 'vitest';
import { csvSafe, csvText } from '../src/text/csv-text.js';
import { fileName } from '../src/text/file-name.js';
import { markdownText } from '../src/text/markdown-text.js';
import { markupText } from '../src/text/markup-text.js';
import { jsonText, line, shownIn, shownLines, shownText } from '../src/text/shown-text.js';

const HOSTILE = 'a\u001b]0;X\u0007\r\n\u009b31m\u202e\u2028\ud800\u{e0041}\u200bz';

describe('text that others chose', () => {
  test('is shown in a terminal, not sent', () => {
    const shown = 'a\\u001b]0;X\\u0007\\u000d\\u000a\\u009b31m\\u202e\\u2028\\ud800\\u{e0041}\\u200bz';
    expect(shownText(HOSTILE)).toBe(shown);
    expect(shownText(shown)).toBe(shown);
    expect(shownLines(HOSTILE)).toBe(shown.replace('\\u000a', '\n'));
    expect(line`${'a\nb'}: ${3}\n`).toBe('a\\u000ab: 3\n');
    expect(shownText('日本 é 👩‍🔬 שלום')).toBe('日本 é 👩‍🔬 שלום');
    const bytes = Float32Array.of(1);
    expect(shownIn({ a: ['\n', null, 1], b: { c: '\u001b' }, bytes })).toEqual({
      a: ['\\u000a', null, 1],
      b: { c: '\\u001b' },
      bytes,
    });
  });

  test('is JSON without a character that a terminal obeys, and the same value', () => {
    const json = jsonText({ [HOSTILE]: HOSTILE });
    expect(json).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u{e0000}-\u{e007f}]/u);
    expect(JSON.parse(json)).toEqual({ [HOSTILE]: HOSTILE });
  });

  test('is no markup, and well-formed', () => {
    expect(markupText(`<b a="'&">`)).toBe('&lt;b a=&quot;&#39;&amp;&quot;&gt;');
    expect(markupText(HOSTILE)).toBe('a\ufffd]0;X\ufffd\r\n\ufffd31m\u202e\u2028\ufffd\u{e0041}\u200bz');
  });

  test('is no Markdown', () => {
    expect(markdownText('[a](b) `c` *d* _e_ <f> | ~g~\n# h')).toBe(
      '\\[a\\](b) \\`c\\` \\*d\\* \\_e\\_ \\<f\\> \\| \\~g\\~ # h',
    );
    expect(['# a', '- a', '1. a', '-0.5', '&lt;'].map(markdownText)).toEqual([
      '\\# a',
      '\\- a',
      '\\1. a',
      '-0.5',
      '&amp;lt;',
    ]);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1'])('is no formula in CSV: %j', (text) => {
    expect(csvSafe(text)).toBe(`'${text}`);
    expect(csvText([text], [[text], [-1], [null]]).replaceAll('"', '')).toBe(
      `'${text}\r\n'${text}\r\n-1\r\n\r\n`,
    );
  });

  test('makes a name of a file of one segment', () => {
    expect(
      ['../../etc/passwd', '.bashrc', 'a b$(c)\n', '', 'con', 'nul.csv', 'größe-1.5'].map(fileName),
    ).toEqual([
      'etc-passwd',
      'bashrc',
      'a-b-c',
      'unitscope',
      'unitscope-con',
      'unitscope-nul.csv',
      'größe-1.5',
    ]);
    expect(fileName('x'.repeat(500))).toHaveLength(100);
  });
});
