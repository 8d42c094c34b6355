import { counted } from '@unitscope/base';
import { shortFigure } from '../models/figures.js';
import {
  cellOf,
  chordsAt,
  edgeName,
  edgesAt,
  isFilled,
  MOST_NAMED_EDGES,
  ringWords,
  type Hole,
  type HoleDeath,
} from './hole.js';

/** What is to be seen at an index. */
export function holeWords(hole: Hole, index: number): string {
  const { cycle, death } = hole;
  if (cycle === null) return noHoleWords(hole);
  const edges = edgesAt(hole, index);
  const count = `Index ${index}: ${edges.toLocaleString('en')} ${edges === 1 ? 'edge has' : 'edges have'} entered.`;
  const birth = cycle.rank - 1;
  if (index < birth) return `${count} The hole is born at index ${birth}.`;
  if (index === birth)
    return `A hole is born at index ${birth}: the ring ${ringWords(cycle)} is closed and no triangle fills it. ${count}`;
  const born = `${count} The hole was born at index ${birth}: ${ringWords(cycle)}.`;
  if (death === undefined) return born;
  if (death === null) return `${born} It is open to the last index.`;
  const isWas = isFilled(hole, index) ? 'It was' : 'It is';
  return `${born} ${isWas} filled at index ${death.rank - 1} by ${fillers(death)}.`;
}

/** What fills the ring: the edge, or the few that enter together, or how many. */
function fillers({ edges }: HoleDeath): string {
  if (edges.length > MOST_NAMED_EDGES)
    return `${edges.length.toLocaleString('en')} edges that enter together`;
  const names = edges.map(({ tail, head }) => edgeName(tail, head));
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}, which enter together`;
}

/** Why a map has no hole. */
function noHoleWords({ map, size, edges: { ranks } }: Hole): string {
  const first = map[0] ?? 0;
  const isFlat = Array.from({ length: size * size }, (_, i) => map[i]).every((value) => value === first);
  if (isFlat)
    return `No hole: all ${(size * size).toLocaleString('en')} cells of this map are ${shortFigure(first)}, so all edges enter at once and triangles fill every ring.`;
  const last = (ranks[ranks.length - 1] ?? 1) - 1;
  return `No hole: up to the last index, ${last}, every ring of this map is filled by triangles as it closes.`;
}

/** What stands beside the rows and columns of the ring. */
export function chordWords(hole: Hole, index: number): string {
  const chords = chordsAt(hole, index);
  const ring = 'outlined: the ring’s cells (dashed: yet to come)';
  if (chords.length === 0) {
    const why = isFilled(hole, index)
      ? ': triangles with other vertices fill the ring'
      : ', or a triangle would fill it';
    return `${ring}; none of the other pairs is in${why}`;
  }
  const names =
    chords.length > MOST_NAMED_EDGES
      ? counted(chords.length, 'other pair')
      : chords.map(([tail, head]) => edgeName(tail, head)).join(', ');
  const filled = isFilled(hole, index) ? '; the ring is filled' : '';
  return `${ring}; white: ${names}, between its vertices, ${chords.length === 1 ? 'is' : 'are'} in too${filled}`;
}

/** A cell of the map: its value, its edge and the index at which that enters. */
export function cellWords(hole: Hole, row: number, column: number): string {
  const { map, size, edges } = hole;
  const value = shortFigure(map[row * size + column] ?? 0);
  const cell = `row ${row}, column ${column}: ${value}`;
  if (row === column) return `${cell}, vertex ${row} itself`;
  const [tail, head] = [Math.min(row, column), Math.max(row, column)];
  let rank = 0;
  for (let i = 0; i < edges.ranks.length && rank === 0; i++)
    if (edges.tails[i] === tail && edges.heads[i] === head) rank = edges.ranks[i] ?? 0;
  const enters = rank === 0 ? 'does not enter before the density cut' : `enters at index ${rank - 1}`;
  const [u, v] = cellOf(hole, tail, head);
  const by = u === row || rank === 0 ? '' : ` by the brighter cell, row ${u}, column ${v}`;
  return `${cell}, edge ${edgeName(row, column)} ${enters}${by}`;
}
