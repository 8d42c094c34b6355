import { describe, expect, it } from 'vitest';
import {
  DARK,
  distinctStyles,
  LIGHT,
  namedStyles,
  PRINT,
  rampColor,
  type Theme,
} from '../src/marks/palette.js';
import { RING } from '../src/hole/hole-map.js';

const THEMES: readonly (readonly [string, Theme])[] = [
  ['light', LIGHT],
  ['dark', DARK],
  ['print', PRINT],
];
type Vector = readonly [number, number, number];

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
const SIGHTS: Readonly<Record<string, readonly [Vector, Vector, Vector]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

describe.each(THEMES)('colours of the %s theme', (_, theme) => {
  it('stand out from the ground by 3 : 1 at least: series, values, texts, what does not count, the ring', () => {
    const values = Array.from({ length: 101 }, (_, i) => rampColor(i / 100, theme));
    const marks = [...theme.series, ...values, theme.ink, theme.muted, theme.faint, RING];
    expect(marks.filter((color) => contrast(color, theme.ground) < 3)).toEqual([]);
  });

  it('of texts by 4.5 : 1', () => {
    expect([theme.ink, theme.muted].filter((color) => contrast(color, theme.ground) < 4.5)).toEqual([]);
  });

  it.each(Object.keys(SIGHTS))('of series differ by sight: %s', (sight) => {
    const seen = theme.series.map((color) => lab(through(SIGHTS[sight] ?? [], linear(color))));
    const near = seen.flatMap((one, i) => seen.slice(0, i).map((other) => difference(one, other)));
    expect(Math.min(...near)).toBeGreaterThan(20);
  });

  it('of names without an order are no ramp, however many they are', () => {
    const names = Array.from({ length: 9 }, (_, i) => `ranking ${i}`);
    const styles = distinctStyles(names, theme);
    expect(styles.slice(0, 6).map(({ color }) => color)).toEqual(theme.series);
    expect(new Set(styles.map(({ color, dash }) => `${color} ${dash}`)).size).toBe(names.length);
  });

  it('of values go from dark to light, so that paper without colours keeps their order', () => {
    const lightness = Array.from({ length: 51 }, (_, i) => lab(linear(rampColor(i / 50, theme)))[0]);
    expect(lightness).toEqual(lightness.toSorted((a, b) => a - b));
    expect((lightness.at(-1) ?? 0) - (lightness[0] ?? 0)).toBeGreaterThan(45);
  });

  it('never tell two series apart alone', () => {
    const styles = namedStyles(
      theme.series.map((_, i) => String(i)),
      theme,
    );
    expect(new Set(styles.map(({ symbol }) => symbol)).size).toBe(styles.length);
  });
});

it('lines for paper differ by their dashes', () => {
  expect(new Set(PRINT.dashes).size).toBe(PRINT.series.length);
});

function linear(color: string): Vector {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

/** WCAG 2.2. */
function contrast(color: string, ground: string): number {
  const [low = 0, high = 0] = [color, ground]
    .map((one) => {
      const [red, green, blue] = linear(one);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function through(matrix: readonly Vector[], [red, green, blue]: Vector): Vector {
  const [a = 0, b = 0, c = 0] = matrix.map(([r, g, l]) =>
    Math.min(1, Math.max(0, r * red + g * green + l * blue)),
  );
  return [a, b, c];
}

/** CIELAB of linear sRGB under D65. */
function lab([red, green, blue]: Vector): Vector {
  const root = (value: number): number =>
    value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116;
  const x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** ΔE of 1976. */
function difference(one: Vector, other: Vector): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}
