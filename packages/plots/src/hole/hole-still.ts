import { markupText } from '@unitscope/base';
import { resolveLook, type Look } from '../marks/look.js';
import type { Theme } from '../marks/palette.js';
import { svgPage, type SvgPart } from '../document/svg-page.js';
import { curveMarks } from './hole-curve.js';
import { graphMarks, mapMarks, ringWindow, windowWords, zoomMarks } from './hole-drawings.js';
import { HALF, holeLayout, type Place } from './hole-layout.js';
import { edgesAt, HOLE_SENTENCE, ringWords, type Hole, type HoleCounts } from './hole.js';

export interface HoleStill {
  readonly title: string;
  readonly hole: Hole;
  readonly counts: HoleCounts;
  /** The part of the map in `ringWindow(hole)` as a data address of a PNG. */
  readonly picture: string;
  /** The values that the colours' ends stand for. */
  readonly range: readonly [low: number, high: number];
  /** Default: the birth. */
  readonly index?: number | undefined;
}

const MARGIN = 16;
const GAP = 18;
/** In fewer units three pictures are too small to read. */
const NARROW = 620;
const CAPTION = 20;
const CURVE = 120;

/** The hole of a map at its birth, or at another index, as an SVG document: the map, the ring’s rows and columns, the graph, β₁. */
export function holeStill(still: HoleStill, look?: Look): string {
  const resolved = resolveLook(look);
  const { part, words } = stillPart(still, resolved.width, resolved.theme);
  const subtitle = `${words} ${HOLE_SENTENCE}`;
  return svgPage({ title: still.title, subtitle, legend: [], look: resolved, parts: [part] });
}

/** The same at `frames` indices from the first edge to a little after the birth, for slides: every picture has the same places. */
export function holeFrames(still: HoleStill, frames: number, look?: Look): string[] {
  const resolved = resolveLook(look);
  const places = holeLayout(still.hole);
  return frameIndices(still.hole, frames).map((index) => {
    const { part, words } = stillPart({ ...still, index }, resolved.width, resolved.theme, places);
    return svgPage({ title: still.title, subtitle: words, legend: [], look: resolved, parts: [part] });
  });
}

/** From 0 to the birth evenly, the birth itself among them, and one after it. */
export function frameIndices(hole: Hole, frames: number): number[] {
  const last = (hole.edges.ranks[hole.edges.ranks.length - 1] ?? 1) - 1;
  const birth = hole.cycle === null ? Math.min(last, 40) : hole.cycle.rank - 1;
  const before = Math.max(1, frames - 2);
  const evenly = Array.from({ length: before + 1 }, (_, i) => Math.round((birth * i) / before));
  return [...new Set([...evenly, Math.min(last, birth + 1)])];
}

/** The pictures of a still as a part of a drawing, and what is to be seen in them. */
export function stillPart(
  { hole, counts, picture, range: [low, high], index: asked }: Omit<HoleStill, 'title'>,
  width: number,
  theme: Theme,
  places: readonly Place[] = holeLayout(hole),
): { part: SvgPart; words: string } {
  const index = asked ?? (hole.cycle === null ? 0 : hole.cycle.rank - 1);
  const window = ringWindow(hole);
  const { side: cells } = window;
  const { map, ring, graph, bottom } = placesOf(width);
  const at = ({ x, y }: Box, scale: number): string => `transform="translate(${x},${y}) scale(${scale})"`;
  const caption = ({ x, y }: Box, words: string): string =>
    `<text x="${x}" y="${y - 8}" font-size="12" fill="${theme.muted}">${markupText(words)}</text>`;
  // A caption of a small picture has no room for it.
  const below = ({ x, y, side }: Box, words: string): string =>
    `<text x="${x}" y="${y + side + 14}" font-size="11" fill="${theme.muted}">${markupText(words)}</text>`;
  const end = curveEnd(hole, counts);
  const scale = graph.side / (2 * HALF);
  const svg = [
    caption(map, `map, ${hole.size}×${hole.size}`),
    ...(cells < hole.size ? [below(map, windowWords(window, hole.size).slice(2))] : []),
    `<image x="${map.x}" y="${map.y}" width="${map.side}" height="${map.side}" href="${picture}" preserveAspectRatio="none" image-rendering="pixelated"/>`,
    // A document of its own: what leaves the part is cut.
    `<svg x="${map.x}" y="${map.y}" width="${map.side}" height="${map.side}" viewBox="${window.column} ${window.row} ${cells} ${cells}">${mapMarks(hole, index, window)}</svg>`,
    ...(hole.cycle === null ? [] : [caption(ring, 'the ring’s rows and columns')]),
    `<g ${at(ring, 1)}>${zoomMarks(hole, index, { side: ring.side, low, high, theme })}</g>`,
    caption(graph, `graph, ${edgesAt(hole, index)} ${edgesAt(hole, index) === 1 ? 'edge' : 'edges'}`),
    `<g ${at(graph, scale)}><g transform="translate(${HALF},${HALF})">${graphMarks(hole, index, places, theme, scale)}</g></g>`,
    `<g transform="translate(${MARGIN},${bottom})">${curveMarks(counts, hole, index, { width: width - 2 * MARGIN, height: CURVE, end, theme })}</g>`,
  ].join('');
  return { part: { svg, height: bottom + CURVE }, words: holeWords(hole, index) };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Where the pictures stand: three beside each other, of a narrow drawing two, and the graph below them. */
function placesOf(width: number): { map: Box; ring: Box; graph: Box; bottom: number } {
  const room = width - 2 * MARGIN;
  const isNarrow = width < NARROW;
  const side = Math.floor(isNarrow ? (room - GAP) / 2 : (room - 2 * GAP) / 3);
  const box = (i: number): Box => ({ x: MARGIN + i * (side + GAP), y: CAPTION, side });
  const below = { x: MARGIN, y: 2 * CAPTION + side + GAP, side: room };
  const graph = isNarrow ? below : box(2);
  return { map: box(0), ring: box(1), graph, bottom: graph.y + graph.side + GAP };
}

/** Where the curve is cut: three times the birth shows what comes after it. */
export function curveEnd({ cycle, edges }: Hole, counts: HoleCounts): number {
  const last = (edges.ranks[edges.ranks.length - 1] ?? 1) - 1;
  const whole = Math.max(last, counts.length - 1);
  return cycle === null ? whole : Math.min(whole, Math.max(12, 3 * (cycle.rank - 1)));
}

/** What is to be seen at an index. */
export function holeWords(hole: Hole, index: number): string {
  const { cycle } = hole;
  const edges = edgesAt(hole, index);
  const count = `Index ${index}: ${edges.toLocaleString('en')} ${edges === 1 ? 'edge has' : 'edges have'} entered.`;
  if (cycle === null) return `${count} No hole is ever born in this map.`;
  const birth = cycle.rank - 1;
  if (index < birth) return `${count} The hole is born at index ${birth}.`;
  if (index > birth) return `${count} The hole was born at index ${birth}: ${ringWords(cycle)}.`;
  return `A hole is born at index ${birth}: the ring ${ringWords(cycle)} is closed and no triangle fills it. ${count}`;
}
