import { describe, expect, it } from 'vitest';
import { drawingDpi, drawingFormat, drawingLook } from '../../src/results/charts/drawing-look.js';
import { fontOf, lengthOf } from '../../src/results/charts/drawing-size.js';

describe('a length', () => {
  it('has its unit', () => {
    expect(lengthOf('85mm')).toEqual({ value: 85, unit: 'mm' });
    expect(lengthOf(' 3.3 IN ')).toEqual({ value: 3.3, unit: 'in' });
    expect(['8.5cm', '240pt', '720px'].map((text) => lengthOf(text).unit)).toEqual(['cm', 'pt', 'px']);
  });

  it.each(['85', 'mm', '-85mm', '0mm', '85 m', '1e3mm', ''])(
    '%j is refused, and what is allowed is said',
    (text) => {
      expect(() => lengthOf(text)).toThrow(/Expected a length with its unit \(mm, cm, in, pt, px\)/);
    },
  );
});

describe('a font', () => {
  it('is a size, a family, a file, or a size with one of these', () => {
    expect(fontOf('8pt')).toEqual({ points: 8 });
    expect(fontOf('Times New Roman')).toEqual({ family: 'Times New Roman' });
    expect(fontOf('7.5pt Times')).toEqual({ points: 7.5, family: 'Times' });
    expect(fontOf('8pt fonts/My Font.ttf')).toEqual({ points: 8, file: 'fonts/My Font.ttf' });
  });

  it.each(['', '8', '8px Times', 'a"b'])('%j is refused', (text) => {
    expect(() => fontOf(text)).toThrow('Expected a size in pt');
  });
});

describe('the format', () => {
  it('is what the name says, or what is asked', () => {
    expect(drawingFormat('a.PDF')).toBe('pdf');
    expect(drawingFormat('a', 'png')).toBe('png');
    expect(() => drawingFormat('a.jpg')).toThrow('a.jpg: expected a name that ends in .svg, .png or .pdf');
    expect(() => drawingFormat('a.svg', 'pdf')).toThrow(
      'expected a name that ends in .pdf, as --format says',
    );
  });

  it('says whether a font is a family or a file', () => {
    expect(() => drawingLook({ font: { family: 'Times' } }, 'pdf')).toThrow(/expected a \.ttf or \.otf file/);
    expect(() => drawingLook({ font: { file: 'x.ttf' } }, 'svg')).toThrow('SVG names a family');
  });
});

it('a chart is laid out as before where no size is asked for', () => {
  expect(drawingLook({}, 'svg')).toEqual({ theme: undefined, title: undefined, font: undefined });
  const width = { value: 720, unit: 'px' } as const;
  expect(drawingLook({ width }, 'svg').width).toBe(720);
  expect([drawingDpi({}), drawingDpi({ width }), drawingDpi({ width: { value: 8, unit: 'cm' } })]).toEqual([
    192, 192, 300,
  ]);
});
