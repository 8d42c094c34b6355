import { counted, markupText } from '@unitscope/base';
import { resolveLook, type Look } from '../marks/look.js';
import type { Theme } from '../marks/palette.js';
import { svgPage, type SvgPart } from '../document/svg-page.js';
import { curveMarks } from './hole-curve.js';
import { graphMarks, zoomMarks, ZOOM_MARGIN } from './hole-drawings.js';
import { mapMarks, ringWindow, tickMarks, windowWords } from './hole-map.js';
import { HALF, holeLayout, type Place } from './hole-layout.js';
import { edgesAt, HOLE_SENTENCE, type Hole, type HoleCounts } from './hole.js';
import { holeWords } from './hole-words.js';

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

/** From 0 to the birth evenly, the birth itself among them, and one after it; of a map without a hole one. */
export function frameIndices(hole: Hole, frames: number): number[] {
  if (hole.cycle === null) return [0];
  const last = (hole.edges.ranks[hole.edges.ranks.length - 1] ?? 1) - 1;
  const birth = hole.cycle.rank - 1;
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
  const words = holeWords(hole, index);
  const { map, ring, graph, bottom } = placesOf(width);
  const mapSvg = mapDrawing(hole, index, picture, map, theme);
  // Without a hole the other pictures show nothing.
  if (hole.cycle === null) return { part: { svg: mapSvg, height: map.y + map.side + GAP }, words };
  const at = ({ x, y }: Box, scale: number): string => `transform="translate(${x},${y}) scale(${scale})"`;
  const end = curveEnd(hole, counts);
  const scale = graph.side / (2 * HALF);
  const svg = [
    mapSvg,
    caption(ring, 'the ring’s rows and columns', theme),
    `<g ${at(ring, 1)}>${zoomMarks(hole, index, { side: ring.side, low, high, theme })}</g>`,
    caption(graph, `graph, ${counted(edgesAt(hole, index), 'edge')}`, theme),
    `<g ${at(graph, scale)}><g transform="translate(${HALF},${HALF})">${graphMarks(hole, index, places, theme, scale)}</g></g>`,
    `<g transform="translate(${MARGIN},${bottom})">${curveMarks(counts, hole, index, { width: width - 2 * MARGIN, height: CURVE, end, theme })}</g>`,
  ].join('');
  return { part: { svg, height: bottom + CURVE }, words };
}

/** The map where the ring is, its rows and columns numbered. */
function mapDrawing(hole: Hole, index: number, picture: string, box: Box, theme: Theme): string {
  const window = ringWindow(hole);
  const { side: cells } = window;
  const side = box.side - ZOOM_MARGIN;
  const place = `width="${side}" height="${side}"`;
  const part = windowWords(window, hole.size).slice(2);
  return [
    caption(box, `map, ${hole.size}×${hole.size}`, theme),
    // A caption of a small picture has no room for it.
    part === '' ? '' : noteText(box.x, box.y + box.side + 14, 11, part, theme),
    `<g transform="translate(${box.x + ZOOM_MARGIN},${box.y + ZOOM_MARGIN})">`,
    `<image ${place} href="${picture}" preserveAspectRatio="none" image-rendering="pixelated"/>`,
    // A document of its own: what leaves the part is cut.
    `<svg ${place} viewBox="${window.column} ${window.row} ${cells} ${cells}">${mapMarks(hole, index, window)}</svg>`,
    `${tickMarks(hole, window, side, theme)}</g>`,
  ].join('');
}

function caption({ x, y }: Box, words: string, theme: Theme): string {
  return noteText(x, y - 8, 12, words, theme);
}

function noteText(x: number, y: number, size: number, words: string, theme: Theme): string {
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${theme.muted}">${markupText(words)}</text>`;
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
