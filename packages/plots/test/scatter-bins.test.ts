import { scatterBins, scatterChart, scatterTop } from '@unitscope/plots';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const points = fc.array(
  fc.record({ x: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.double({ min: 0, max: 4, noNaN: true }) }),
);

test('every point is in one bin, and the middles of bins fall into the same bins again', () => {
  fc.assert(
    fc.property(points, (given) => {
      const top = scatterTop(given.reduce((most, { y }) => Math.max(most, y), 0));
      const bins = scatterBins(given, top);
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(given.length);
      for (const { x1, x2, y1, y2, count } of bins) {
        const inside = given.filter(({ x, y }) => x >= x1 && x <= x2 && y >= y1 - 1e-9 && y <= y2 + 1e-9);
        expect(inside.length).toBeGreaterThanOrEqual(count);
      }
      const middles = bins.map(({ x1, x2, y1, y2, count }) => ({
        x: (x1 + x2) / 2,
        y: (y1 + y2) / 2,
        count,
      }));
      expect(scatterBins(middles, top)).toEqual(bins);
    }),
  );
});

test('a panel a layer, also of 49 and 100 layers, each with its name', async () => {
  for (const layers of [1, 49, 100]) {
    const groups = Array.from({ length: layers }, (_, i) => ({
      name: `block.${i}.conv`,
      points: [{ x: i / layers, y: 1 }],
    }));
    const svg = await scatterChart({ title: 't', subtitle: 's', xLabel: 'x', yLabel: 'y', groups });
    for (const { name } of groups) expect(svg).toContain(`>${name}<`);
  }
});
