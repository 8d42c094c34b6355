import {
  curveEnd,
  edgesAt,
  graphMarks,
  holeFrames,
  holeLayout,
  holeStill,
  holeWords,
  LIGHT,
  mapMarks,
  ringWindow,
  windowValues,
  windowWords,
  type Hole,
  type HoleStill,
} from '@unitscope/plots';
import { expect, test } from 'vitest';

/** Ring 0 – 1 – 2 – 3 of edges 01, 12, 23, 30, born with the fourth; then a chord and one more vertex. */
function ring(size: number, at = 0): Hole {
  const map = new Float32Array(size * size);
  const edges = [[0, 1], [1, 2], [2, 3], [0, 3], [0, 2], [3, 4]].map((edge) => edge.map((vertex) => vertex + at)); // prettier-ignore
  edges.forEach(([tail = 0, head = 0], i) => (map[tail * size + head] = 10 - i));
  const cells = edges.slice(0, 4).map(([row = 0, column = 0], i) => ({ row, column, rank: i + 1 }));
  return {
    size,
    map,
    edges: {
      tails: edges.map(([tail = 0]) => tail),
      heads: edges.map(([, head = 0]) => head),
      ranks: edges.map((_, i) => i + 1),
    },
    cycle: { rank: 4, vertices: [0, 1, 2, 3].map((vertex) => vertex + at), edges: cells },
  };
}

const still = (hole: Hole): HoleStill => ({
  title: 'A <hole>',
  hole,
  counts: [0, 0, 0, 1, 0, 0],
  picture: 'data:image/png;base64,AAAA',
  range: [0, 10],
});

test('edges enter by rank, those of equal rank together', () => {
  const hole = ring(6);
  expect([0, 1, 3, 9].map((index) => edgesAt(hole, index))).toEqual([1, 2, 4, 6]);
  const tied = { edges: { ...hole.edges, ranks: [1, 1, 2, 2, 2, 3] } };
  expect([0, 1, 2].map((index) => edgesAt(tied, index))).toEqual([2, 5, 6]);
});

test('the words say what is to be seen before, at and after the birth', () => {
  const hole = ring(6);
  expect(holeWords(hole, 0)).toBe('Index 0: 1 edge has entered. The hole is born at index 3.');
  expect(holeWords(hole, 3)).toContain('A hole is born at index 3: the ring 0 – 1 – 2 – 3 – 0');
  expect(holeWords(hole, 5)).toContain('was born at index 3');
  expect(holeWords({ ...hole, cycle: null }, 5)).toContain('No hole is ever born');
});

test('the ring has its own empty place, whatever else is there, and no place is outside the square', () => {
  for (const size of [7, 56, 224]) {
    const hole = ring(size, Math.floor(size / 3));
    const places = holeLayout(hole);
    expect(places).toHaveLength(size);
    const away = (vertex: number): number => Math.hypot(places[vertex]?.x ?? 0, places[vertex]?.y ?? 0);
    const onRing = (hole.cycle?.vertices ?? []).map(away);
    expect(Math.max(...onRing) - Math.min(...onRing)).toBeLessThan(1e-6);
    places.forEach(({ x, y }, vertex) => {
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(200);
      if (hole.cycle?.vertices.includes(vertex) !== true)
        expect(away(vertex)).toBeGreaterThan(onRing[0] ?? 0);
    });
  }
});

test('the graph has the vertices with an edge alone', () => {
  const hole = ring(56);
  const names = (index: number): string[] =>
    [...graphMarks(hole, index, holeLayout(hole), LIGHT).matchAll(/>(\d+)<\/text>/g)].map(
      ([, name = '']) => name,
    );
  expect(names(0).sort()).toEqual(['0', '1']);
  expect(names(5).sort()).toEqual(['0', '1', '2', '3', '4']);
});

test('a large map is shown where its ring is, and its marks are large enough to see', () => {
  const hole = ring(224, 100);
  const part = ringWindow(hole);
  expect(part.side).toBeLessThan(20);
  for (const from of [part.row, part.column]) {
    expect(from).toBeLessThanOrEqual(100);
    expect(from + part.side).toBeGreaterThan(103);
  }
  expect(windowValues(hole, part)[(100 - part.row) * part.side + 101 - part.column]).toBe(10);
  expect(ringWindow(ring(7))).toEqual({ row: 0, column: 0, side: 7 });
  expect(windowWords(ringWindow(ring(7)), 7)).toBe('');
  // Over the whole map a mark is wider than its cell.
  expect(mapMarks(hole, 3)).toMatch(/h8\.62v8\.62/);
});

test('cells far from the diagonal are shown where they are, and nothing of the still leaves the part', () => {
  const vertices = [43, 135, 44, 136];
  const cells = vertices.map((_, i) => ({ row: 43 + (i >> 1), column: 135 + (i % 2), rank: i + 1 }));
  const far = { ...ring(224, 100), cycle: { rank: 4, vertices, edges: cells } };
  const part = ringWindow(far);
  expect(part.side).toBeLessThan(20);
  expect(windowWords(part, 224)).toBe(
    `: rows ${part.row} to ${part.row + part.side - 1}, columns ${part.column} to ${part.column + part.side - 1}`,
  );
  for (const { row, column } of cells) {
    expect(row >= part.row && row < part.row + part.side).toBe(true);
    expect(column >= part.column && column < part.column + part.side).toBe(true);
  }
  const svg = holeStill(still(far));
  expect(svg).toContain(`viewBox="${part.column} ${part.row} ${part.side} ${part.side}"`);
  expect(svg).toContain(windowWords(part, 224).slice(2));
});

test('a still is one SVG document that asks for nothing, its curve cut a little after the birth', () => {
  const svg = holeStill(still(ring(6)));
  expect(svg).toContain('A &lt;hole&gt;');
  expect(svg).toContain('birth 3');
  expect(svg).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  expect(curveEnd(ring(6), new Uint32Array(500))).toBe(12);
});

test('frames go from the first edge to one after the birth, with the birth among them', () => {
  const frames = holeFrames(still(ring(6)), 8);
  const indices = frames.map((svg) =>
    Number(/[Ii]ndex (\d+)/.exec(svg.replace(/<title>.*?<\/title>/, ''))?.[1]),
  );
  expect(indices).toEqual([0, 1, 2, 3, 4]);
});
