import { expect, test } from 'vitest';
import { csvText } from '@unitscope/base';

test('CSV keeps full numbers, quotes what needs it, and leaves nothing for null', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        [0.1 + 0.2, null],
        ['x, "y"', 'two\nlines'],
      ],
    ),
  ).toBe('a,b\r\n0.30000000000000004,\r\n"x, ""y""","two\nlines"\r\n');
});

test('a label that a spreadsheet would run as a formula is a text', () => {
  expect(csvText(['layer'], [['=HYPERLINK("http://x")'], ['-1'], [-1]])).toBe(
    'layer\r\n"\'=HYPERLINK(""http://x"")"\r\n\'-1\r\n-1\r\n',
  );
});
