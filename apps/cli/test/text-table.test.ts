import { describe, expect, it } from 'vitest';
import { humanBytes, humanSeconds, textTable } from '../src/terminal/text-table.js';

describe('textTable', () => {
  it('aligns numbers to the right and text to the left, without spaces at the end', () => {
    const rows = [
      ['conv1', 8, 'yes'],
      ['a-long-name', 1024, 'no'],
    ];
    expect(textTable(['layer', 'units', 'ok'], rows)).toBe(
      'layer        units  ok\nconv1            8  yes\na-long-name   1024  no\n',
    );
  });

  it('aligns a column of figures also where some are missing', () => {
    expect(
      textTable(
        ['H', 'x'],
        [
          [1.5, 'a'],
          ['', 'b'],
          [10.25, 'c'],
        ],
      ),
    ).toBe('    H  x\n  1.5  a\n       b\n10.25  c\n');
  });

  it('counts the columns of a terminal, not code units', () => {
    expect(
      textTable(
        ['a', 'b'],
        [
          ['犬', 1],
          ['é😀', 2],
        ].map(([x, y]) => [x as string, y as number]),
      ),
    ).toBe('a    b\n犬   1\né😀  2\n');
  });

  it('shows what a terminal would obey, in titles and cells', () => {
    expect(textTable(['a\u001b\n', 'b'], [['c\u0007', 'd\u202e']])).toBe(
      'a\\u001b\\u000a  b\nc\\u0007        d\\u202e\n',
    );
  });

  it('goes on below with a text that has no room, and leaves nothing of it out', () => {
    const long = `first/${'part/'.repeat(30)}last`;
    const table = textTable(
      ['label', 'H', 'reason'],
      [[long, 1.5, 'a reason of some words '.repeat(9).trim()]],
      {
        width: 80,
      },
    );
    const lines = table.split('\n');
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(
      lines
        .slice(1)
        .map((line) => /^\S*/.exec(line)?.[0] ?? '')
        .join(''),
    ).toBe(long);
  });

  it('repeats the first column in parts where columns of figures have no room side by side', () => {
    const header = ['layer', ...Array.from({ length: 12 }, (_, i) => `column${i}`)];
    const rows = ['conv1', 'conv2'].map((name) => [name, ...Array.from({ length: 12 }, (_, i) => 1000 + i)]);
    const table = textTable(header, rows, { width: 80 });
    const lines = table.split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => line.startsWith('conv1'))).toHaveLength(2);
    for (let i = 0; i < 12; i++) expect(table.match(new RegExp(String(1000 + i), 'g'))).toHaveLength(2);
    expect(textTable(header, rows, { width: 200 }).split('\n')).toHaveLength(4);
  });

  it('is as wide as it is where no terminal bounds it', () => {
    const long = 'x'.repeat(300);
    expect(textTable(['label', 'n'], [[long, 1]], { width: Infinity }).split('\n')[1]).toBe(`${long}  1`);
  });
});

describe('figures for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [157_000_000, '157 MB'],
    [999_900_000, '1.0 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(humanBytes(bytes)).toBe(text));

  it.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [45, '45 s'],
    [59.7, '1 min 00 s'],
    [200, '3 min 20 s'],
    [3599.9, '1 h 00 min'],
    [7500, '2 h 05 min'],
  ])('%d seconds are %s', (seconds, text) => expect(humanSeconds(seconds)).toBe(text));
});
