import {
  depthChart,
  differenceChart,
  distributionChart,
  heatmapChart,
  scatterChart,
  trendChart,
  type Look,
} from '@unitscope/plots';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from './visit.ts';

const visit = useBrowser();

const layersOf = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) =>
      `/backbone/body/layer${1 + Math.floor(i / 13)}/layer${1 + Math.floor(i / 13)}.${i % 13}/conv2/Conv_output_${i}`,
  );

/** Each chart that has names of layers, at so many of them. */
function chartsOf(count: number): Record<string, (look: Look) => Promise<string>> {
  const layers = layersOf(count);
  const texts = { title: 'A title', subtitle: 'Of a test.' };
  const value = (i: number): number => 1.5 + Math.sin(i / 5) / 2;
  return {
    depth: (look) =>
      depthChart(
        {
          ...{ ...texts, label: 'mean feature entropy H (nats)', layers },
          lines: ['step-000100', 'step-999999'].map((name, line) => ({
            name,
            points: layers.map((layer, i) => ({ layer, value: value(i + line), low: null, high: null })),
          })),
        },
        look,
      ),
    heatmap: (look) =>
      heatmapChart(
        {
          ...{ ...texts, label: 'nats', none: 'not sensitive', columnLabel: 'checkpoint', rowLabel: 'unit' },
          columns: layers,
          rows: Array.from({ length: 100 }, (_, unit) => ({
            name: String(unit),
            values: layers.map((_layer, i) => value(unit + i)),
          })),
        },
        look,
      ),
    distribution: (look) =>
      distributionChart(
        {
          ...{ ...texts, label: 'feature entropy H (nats)', layers },
          groups: [{ name: 'step-1', values: layers.map((layer, i) => ({ layer, values: [1, value(i)] })) }],
        },
        look,
      ),
    compare: (look) =>
      differenceChart(
        {
          ...{ ...texts, label: 'H of B − H of A (nats)' },
          rows: layers.map((name, i) => ({
            ...{ name, value: value(i) - 1.5, low: value(i) - 1.6, high: value(i) - 1.4, certain: true },
          })),
        },
        look,
      ),
    scatter: (look) =>
      scatterChart(
        {
          ...{ ...texts, xLabel: 'ε', yLabel: 'H' },
          groups: layers.map((name, i) => ({ name, points: [{ x: 0.5, y: value(i) }] })),
        },
        look,
      ),
    trend: (look) =>
      trendChart(
        {
          ...texts,
          panels: [
            {
              label: 'mean feature entropy H (nats)',
              series: layers.slice(0, 24).map((name, i) => ({
                name,
                points: [0, 1000, 12345, 123456, 1234567].map((step, at) => ({ step, value: value(i + at) })),
              })),
            },
          ],
        },
        look,
      ),
  };
}

/** Texts of the picture that lie over one another or leave it, by the boxes that the browser gives. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const svg = document.querySelector('svg')!;
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].flatMap((text) => {
      const [box, matrix] = [text.getBBox(), text.getScreenCTM()];
      if (matrix === null || text.textContent.trim() === '') return [];
      // A hair within its box: lines of text may touch.
      const [dx, dy] = [0.5, box.height * 0.15];
      const corners = [
        [box.x + dx, box.y + dy],
        [box.x + box.width - dx, box.y + dy],
        [box.x + box.width - dx, box.y + box.height - dy],
        [box.x + dx, box.y + box.height - dy],
      ].map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
      return [{ name: text.textContent, corners }];
    });
    const apart = (a: DOMPoint[], b: DOMPoint[]): boolean =>
      [a, b].some((corners) =>
        [0, 1].some((i) => {
          const axis = [corners[i + 1]!.x - corners[i]!.x, corners[i + 1]!.y - corners[i]!.y];
          const shade = (points: DOMPoint[]): [number, number] => {
            const along = points.map(({ x, y }) => x * axis[0]! + y * axis[1]!);
            return [Math.min(...along), Math.max(...along)];
          };
          const [[low, high], [from, to]] = [shade(a), shade(b)];
          return high <= from || to <= low;
        }),
      );
    return boxes.flatMap(({ name, corners }, i) => [
      ...(corners.some(({ x, y }) => x < frame.left || x > frame.right || y < frame.top || y > frame.bottom)
        ? [`${name} leaves the picture`]
        : []),
      ...boxes
        .slice(i + 1)
        .filter((other) => !apart(corners, other.corners))
        .map((other) => `${name} lies over ${other.name}`),
    ]);
  });
}

test.each([49, 100])('no label of a chart of %i layers is cut or lies over another', async (count) => {
  await visit({ viewport: { width: 1200, height: 900 } }, async ({ page, picture }) => {
    for (const [name, draw] of Object.entries(chartsOf(count))) {
      for (const width of [376, 720, 1100]) {
        await page.setContent(`<body style="margin:0">${await draw({ width })}</body>`);
        if (width === 720) await picture(`labels-${name}-${count}`);
        expect({ name, width, faults: await faults(page) }).toEqual({ name, width, faults: [] });
      }
    }
  });
});
