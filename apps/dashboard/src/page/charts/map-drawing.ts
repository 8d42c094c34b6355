import { DARK, LIGHT, rampColor, type Theme as Colors } from '@unitscope/plots';
import type { BirthCycle } from '@unitscope/topology';
import type { Theme } from '../theme.js';

const CYCLE = '#ff5d3b';

export function colorsOf(theme: Theme): Colors {
  return theme === 'dark' ? DARK : LIGHT;
}

/** Paints a map into a canvas, one pixel a value; the same on a light and a dark page. */
export function paintMap(canvas: HTMLCanvasElement, map: ArrayLike<number>, size: number): void {
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const values = Array.from(map);
  const [low, high] = [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const colors = Array.from({ length: 256 }, (_, i) => channels(rampColor(i / 255, LIGHT)));
  const image = context.createImageData(size, size);
  values.forEach((value, i) => {
    const at = high === low ? 0 : Math.round(((value - low) / (high - low)) * 255);
    image.data.set([...(colors[at] ?? [0, 0, 0]), 255], i * 4);
  });
  context.putImageData(image, 0, 0);
}

/**
 * The graph at the birth and its cycle, over the map: an edge {u, v} is the cell at row u and column v, a vertex u is the
 * diagonal's cell, and the cycle goes from vertex to vertex round the corner of each edge's cell.
 */
export function cycleOverlay(cycle: BirthCycle, map: ArrayLike<number>, size: number): string {
  const { tails, heads } = cycle.graph;
  const cells = Array.from(tails, (tail, i) => {
    const head = heads[i] ?? 0;
    // Of the two cells of an edge the one that gives it its weight.
    const upper = (map[tail * size + head] ?? 0) >= (map[head * size + tail] ?? 0);
    return upper ? cell(tail, head) : cell(head, tail);
  }).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" aria-label="The graph at the birth and its cycle, over the map">` +
    `<g fill="none" stroke="#ffffff" stroke-opacity="0.75" stroke-width="${0.06 + size / 900}">${cells}</g>` +
    `<path d="${cyclePath(cycle)}" fill="none" stroke="#000000" stroke-opacity="0.55" stroke-width="${size / 60}" stroke-linejoin="round"/>` +
    `<path d="${cyclePath(cycle)}" fill="none" stroke="${CYCLE}" stroke-width="${size / 100}" stroke-linejoin="round"/>` +
    cycle.vertices
      .map((vertex) => `<circle cx="${vertex + 0.5}" cy="${vertex + 0.5}" r="${size / 70}" fill="${CYCLE}"/>`)
      .join('') +
    '</svg>'
  );
}

function cell(row: number, column: number): string {
  return `<rect x="${column + 0.12}" y="${row + 0.12}" width="0.76" height="0.76"/>`;
}

function cyclePath({ vertices, edges }: BirthCycle): string {
  const [first = 0] = vertices;
  const steps = edges.map(({ row, column }, i) => {
    const next = vertices[(i + 1) % vertices.length] ?? first;
    return `L${column + 0.5},${row + 0.5}L${next + 0.5},${next + 0.5}`;
  });
  return `M${first + 0.5},${first + 0.5}${steps.join('')}Z`;
}

/** The graph at the birth with its vertices round a circle, the cycle drawn strong. */
export function graphDrawing(cycle: BirthCycle, size: number, theme: Theme): string {
  const colors = colorsOf(theme);
  const side = 360;
  const place = (vertex: number, radius: number): string => {
    const angle = (vertex / size) * 2 * Math.PI - Math.PI / 2;
    return `${(side / 2 + radius * Math.cos(angle)).toFixed(1)},${(side / 2 + radius * Math.sin(angle)).toFixed(1)}`;
  };
  const round = 150;
  const { tails, heads } = cycle.graph;
  const edges = Array.from(tails, (tail, i) => `M${place(tail, round)}L${place(heads[i] ?? 0, round)}`).join(
    '',
  );
  const loop = `M${cycle.vertices.map((vertex) => place(vertex, round)).join('L')}Z`;
  const dots = Array.from({ length: size }, (_, vertex) => {
    const [x, y] = place(vertex, round).split(',');
    const on = cycle.vertices.includes(vertex);
    return `<circle cx="${x}" cy="${y}" r="${on ? 4.5 : 2}" fill="${on ? CYCLE : colors.muted}"/>`;
  }).join('');
  const names = cycle.vertices
    .map((vertex) => {
      const [x, y] = place(vertex, round + 15).split(',');
      return `<text x="${x}" y="${y}" font-size="12" text-anchor="middle" dominant-baseline="middle" fill="${colors.ink}">${vertex}</text>`;
    })
    .join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 ${side} ${side}" font-family="Helvetica, Arial, sans-serif" role="img" aria-label="The graph at the birth: ${tails.length} edges, cycle ${cycle.vertices.join(', ')}">` +
    `<rect width="${side}" height="${side}" fill="${colors.ground}"/>` +
    `<path d="${edges}" fill="none" stroke="${colors.faint}" stroke-width="1"/>` +
    `<path d="${loop}" fill="none" stroke="${CYCLE}" stroke-width="3" stroke-linejoin="round"/>${dots}${names}</svg>`
  );
}

function channels(color: string): [number, number, number] {
  const channel = (i: number): number => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);
  return [channel(0), channel(1), channel(2)];
}
