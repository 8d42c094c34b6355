import {
  cellWords,
  chordWords,
  curveEnd,
  edgesAt,
  graphMarks,
  holeFrames,
  holeLayout,
  holeStill,
  holeWords,
  LIGHT,
  mapMarks,
  mapTicks,
  ringWindow,
  shortFigure,
  windowValues,
  windowWords,
  zoomMarks,
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
    death: { rank: 5, edges: [{ tail: at, head: at + 2 }] },
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
});

test('the words say what fills the hole, or that nothing does', () => {
  const hole = ring(6);
  expect(holeWords(hole, 3)).not.toContain('filled');
  expect(holeWords(hole, 4)).toBe(
    'Index 4: 5 edges have entered. The hole was born at index 3: 0 – 1 – 2 – 3 – 0. It was filled at index 4 by 0–2.',
  );
  const tied = { rank: 6, edges: [{ tail: 0, head: 2 }, { tail: 3, head: 4 }] }; // prettier-ignore
  expect(holeWords({ ...hole, death: tied }, 4)).toContain(
    'It is filled at index 5 by 0–2 and 3–4, which enter together.',
  );
  const many = Array.from({ length: 1500 }, (_, i) => ({ tail: 0, head: i + 1 }));
  expect(holeWords({ ...hole, death: { rank: 6, edges: many } }, 5)).toContain(
    'It was filled at index 5 by 1,500 edges that enter together.',
  );
  expect(holeWords({ ...hole, death: null }, 5)).toContain('It is open to the last index.');
  expect(holeWords({ ...hole, death: undefined }, 5)).toMatch(/– 0\.$/);
});

test('a map without a hole says why', () => {
  const hole = { ...ring(6), cycle: null, death: null };
  expect(holeWords(hole, 5)).toBe(
    'No hole: up to the last index, 5, every ring of this map is filled by triangles as it closes.',
  );
  expect(holeWords({ ...hole, map: new Float32Array(36) }, 0)).toBe(
    'No hole: all 36 cells of this map are 0, so all edges enter at once and triangles fill every ring.',
  );
  const svg = holeStill(still(hole));
  expect(svg).toContain('>map, 6×6<');
  expect(svg).not.toMatch(/>graph|>β₁|<circle/);
  expect(holeFrames(still(hole), 8)).toHaveLength(1);
});

test('a ring that is filled is no hole any more: nothing is shaded, and the chord is outlined and named', () => {
  const hole = ring(6);
  const shaded = /fill-opacity="0.14"/;
  const graph = (index: number): string => graphMarks(hole, index, holeLayout(hole), LIGHT);
  expect([2, 3, 4].map((index) => shaded.test(graph(index)))).toEqual([false, true, false]);
  const dashed = (index: number): string =>
    /<path d="([^"]*)"[^>]*stroke-dasharray/.exec(graph(index))?.[1] ?? '';
  expect([dashed(3), dashed(4) === '']).toEqual(['', false]);
  const zoom = (index: number): number =>
    zoomMarks(hole, index, { side: 300, low: 0, high: 10, theme: LIGHT }).split('stroke="#ffffff"').length -
    1;
  // The ground of a light page is white too.
  expect(zoom(4) - zoom(3)).toBe(1);
  expect(chordWords(hole, 3)).toContain('none of the other pairs is in, or a triangle would fill it');
  expect(chordWords(hole, 4)).toContain('white: 0–2, between its vertices, is in too; the ring is filled');
});

test('a cell is told by its value and the index at which its edge enters', () => {
  const hole = ring(6);
  expect(cellWords(hole, 1, 2)).toBe('row 1, column 2: 9, edge 1–2 enters at index 1');
  expect(cellWords(hole, 2, 1)).toBe(
    'row 2, column 1: 0, edge 1–2 enters at index 1 by the brighter cell, row 1, column 2',
  );
  expect(cellWords(hole, 3, 3)).toBe('row 3, column 3: 0, vertex 3 itself');
  expect(cellWords(hole, 4, 5)).toContain('edge 4–5 does not enter before the density cut');
});

test('rows and columns are numbered as there is room, those of the ring first', () => {
  const whole = (side: number) => ({ row: 0, column: 0, side });
  const fourteen = Array.from({ length: 14 }, (_, i) => i);
  expect(mapTicks(ring(14), whole(14), 'row').map(({ at }) => at)).toEqual(fourteen);
  const large = mapTicks({ cycle: null }, whole(224), 'row');
  expect(large.map(({ at }) => at)).toEqual(Array.from({ length: 12 }, (_, i) => 20 * i));
  for (const [along, gap] of [
    ['row', 14],
    ['column', 24],
  ] as const) {
    // prettier-ignore
    const ticks = mapTicks(ring(224, 101), whole(224), along);
    expect(ticks.find(({ ring: on }) => on)?.at).toBe(101);
    for (const [i, { at }] of ticks.entries())
      if (i > 0) expect(at - (ticks[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(gap);
  }
  const svg = holeStill(still(ring(6)));
  expect(svg).toContain('font-weight="bold"');
});

test('figures have three digits that count', () => {
  expect([0, 0.149, 12.345, 1234, -0.5, 0.00000363, -2.5e-7, 2e9].map(shortFigure)).toEqual([
    '0',
    '0.149',
    '12.3',
    '1230',
    '−0.5',
    '3.63e−6',
    '−2.5e−7',
    '2e9',
  ]);
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
      // Its circle too: it is cut at the square's edge else.
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(187);
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
