import { shownIn } from '@unitscope/base';
import { prose } from '../marks/wrap.js';
import { Braille } from '../terminal/braille.js';
import { legendLines, letterOf } from '../terminal/text-legend.js';
import { inkedLine, type InkedCell, type TextLook } from '../terminal/text-look.js';
import { OVERLAP } from '../terminal/text-panel.js';
import { checkEmbedding, pathsOf, type Embedding, type EmbeddingPoint } from './embedding-chart.js';

const ROWS = 20;
const LEFT = 8;
/** More checkpoints have no letter of their own. */
const MOST_LETTERS = 26;
const ALONE: InkedCell = { sign: 'o', ink: null };

/**
 * The same points as embeddingChart in a terminal: a letter a name of their colour, else a letter a checkpoint; `*` where points of
 * several meet, paths in braille where the terminal has it. Throws ChartDataError.
 */
export function embeddingText(given: Embedding, width = 80, look: TextLook = {}): string {
  const embedding = shownIn(given);
  checkEmbedding(embedding);
  const { points } = embedding;
  const nameOf = namesOf(points);
  const names = [...new Set(points.flatMap((point) => nameOf(point) ?? []))];
  const letter = (name: string): InkedCell => letterOf(names.indexOf(name));
  const signOf = (point: EmbeddingPoint): InkedCell => {
    const name = nameOf(point);
    return name === null ? ALONE : letter(name);
  };
  const columns = Math.max(30, width - LEFT - 2);
  const [xs, ys] = [rangeOf(points.map(({ x }) => x)), rangeOf(points.map(({ y }) => y))];
  const place: Place = ({ x, y }, across, down) => ({
    x: Math.round(((x - xs[0]) / (xs[1] - xs[0])) * (across - 1)),
    y: Math.round(((ys[1] - y) / (ys[1] - ys[0])) * (down - 1)),
  });
  const grid = gridOf(points, columns, place, look);
  markPoints(grid, points, place, signOf);
  const edge = look.unicode === true ? '│' : '|';
  const lines = grid.map((line, i) => {
    const label = i === 0 ? ys[1].toFixed(2) : i === ROWS - 1 ? ys[0].toFixed(2) : '';
    const last = line.findLastIndex(({ sign }) => sign !== ' ');
    return `${label.padStart(LEFT - 1)} ${edge}${inkedLine(line.slice(0, last + 1), look)}`;
  });
  const [low, high] = xs.map((value) => value.toFixed(2)) as [string, string];
  const scale = `${' '.repeat(LEFT + 1)}${low}${high.padStart(columns - low.length)}`;
  const foot = prose([embedding.xLabel], Math.max(20, width - LEFT - 1)).map(
    (line) => `${' '.repeat(LEFT + 1)}${line}`,
  );
  const legend = legendLines(names, letter, width, look);
  const head = [
    ...prose([embedding.title, embedding.subtitle, letterWords(embedding)], width),
    ...(legend.length > 0 ? ['', ...legend] : []),
  ];
  return `${[...head, '', embedding.yLabel, ...lines, scale, ...foot].join('\n')}\n`;
}

/** What the letters stand for. */
function letterWords({ points, colorLabel }: Embedding): string {
  if (isNamed(points)) return `Letters: ${colorLabel ?? 'names'}.`;
  return points.length <= MOST_LETTERS ? 'Letters: checkpoints.' : '';
}

/** Where a point stands in so many columns and rows. */
type Place = (
  point: EmbeddingPoint,
  across: number,
  down: number,
) => { readonly x: number; readonly y: number };

/** Empty cells, with the paths of the runs in braille. */
function gridOf(
  points: readonly EmbeddingPoint[],
  columns: number,
  place: Place,
  { unicode = false }: TextLook,
): InkedCell[][] {
  const dots = new Braille(columns, ROWS);
  for (const path of unicode ? pathsOf(points) : []) {
    const placed = path.map((point) => place(point, 2 * columns, 4 * ROWS));
    placed.slice(1).forEach((to, i) => {
      const from = placed[i] ?? to;
      dots.line(from.x, from.y, to.x, to.y, -1);
    });
  }
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: columns }, (__, column): InkedCell => ({
      sign: dots.cell(row, column)?.sign ?? ' ',
      ink: null,
    })),
  );
}

function markPoints(
  grid: InkedCell[][],
  points: readonly EmbeddingPoint[],
  place: Place,
  signOf: (point: EmbeddingPoint) => InkedCell,
): void {
  const taken = new Set<InkedCell>();
  for (const point of points) {
    const { x, y } = place(point, grid[0]?.length ?? 0, ROWS);
    const there = grid[y]?.[x];
    if (there === undefined || grid[y] === undefined) continue;
    const own = { ...signOf(point) };
    const mark = taken.has(there) && there.sign !== own.sign ? { sign: OVERLAP, ink: null } : own;
    taken.add(mark);
    grid[y][x] = mark;
  }
}

/** What a point's letter stands for: the name that colours it, else the checkpoint where there are few; null: no letter. */
function namesOf(points: readonly EmbeddingPoint[]): (point: EmbeddingPoint) => string | null {
  if (isNamed(points)) return ({ color }) => (typeof color === 'string' ? color : null);
  return points.length <= MOST_LETTERS ? ({ name }) => name : () => null;
}

function isNamed(points: readonly EmbeddingPoint[]): boolean {
  return points.some(({ color }) => typeof color === 'string');
}

function rangeOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
