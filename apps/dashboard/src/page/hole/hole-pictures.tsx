import {
  chordWords,
  edgesAt,
  GRAPH_VIEW,
  graphMarks,
  isFilled,
  ZOOM_MARGIN,
  zoomMarks,
  type Place,
} from '@unitscope/plots';
import { counted } from '../figures.js';
import { colorsOf, useTheme } from '../theme.js';
import type { HoleModel } from './hole-model.js';
import { pointing, type OfMap } from './map-pictures.js';
import { Marks, Picture } from './picture.js';

const ZOOM_SIDE = 340;

/** The rows and columns of the ring alone. */
export function ZoomPicture({ model: { hole }, index, range: { low, high }, onCell }: OfMap) {
  const theme = colorsOf(useTheme());
  const vertices = hole.cycle?.vertices ?? [];
  const at = (x: number, y: number): void => {
    const [column, row] = [x, y].map((share) => {
      const place = (share * ZOOM_SIDE - ZOOM_MARGIN) / (ZOOM_SIDE - ZOOM_MARGIN);
      return vertices[Math.floor(place * vertices.length)];
    });
    onCell(row === undefined || column === undefined ? null : { row, column });
  };
  return (
    <Picture title="the ring’s rows and columns" note={chordWords(hole, index)}>
      <div {...pointing(at, onCell)}>
        <Marks
          class="zoom"
          view={`0 0 ${ZOOM_SIDE} ${ZOOM_SIDE}`}
          marks={zoomMarks(hole, index, { side: ZOOM_SIDE, low, high, theme })}
          label={`Cells among the rows and columns ${vertices.join(', ')}`}
        />
      </div>
    </Picture>
  );
}

interface GraphProps {
  readonly model: HoleModel;
  readonly index: number;
  readonly places: readonly Place[];
}

/** The graph of the vertices that have an edge. */
export function GraphPicture({ model: { hole }, index, places }: GraphProps) {
  const theme = colorsOf(useTheme());
  const edges = edgesAt(hole, index);
  return (
    <Picture title={`graph, ${counted(edges, 'edge')}`} note={graphNote(hole, index)}>
      <Marks
        class="graph"
        view={GRAPH_VIEW}
        marks={graphMarks(hole, index, places, theme)}
        label={`Graph of the vertices that have an edge: ${counted(edges, 'edge')}`}
      />
    </Picture>
  );
}

function graphNote(hole: HoleModel['hole'], index: number): string {
  const newest = 'strongest: the edge that has just entered';
  if (hole.cycle === null || index < hole.cycle.rank - 1) return newest;
  return `${newest}; ${isFilled(hole, index) ? 'dashed: what fills the ring' : 'shaded: the hole'}`;
}
