import {
  edgesAt,
  GRAPH_VIEW,
  graphMarks,
  mapMarks,
  ringWindow,
  windowWords,
  zoomMarks,
  type Place,
} from '@unitscope/plots';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { counted } from '../figures.js';
import { svgElement } from '../parts/chart-figure.js';
import { colorsOf, useTheme } from '../theme.js';
import { MapCanvas } from '../unit/map-canvas.js';
import type { MapNotes, MapRow } from '@unitscope/plots';
import type { HoleModel } from './hole-model.js';

const ZOOM_SIDE = 340;

interface At {
  readonly model: HoleModel;
  readonly index: number;
}

interface OfMap extends At {
  readonly row: MapRow;
  readonly notes: MapNotes;
}

/** The map with the cells that have entered, and the ring; of a large map the part where the ring is. */
export function MapPicture({ model: { hole }, index, row, notes }: OfMap) {
  const { size } = row;
  const ring = ringWindow(hole);
  const [zoomed, setZoomed] = useState(true);
  const part = zoomed ? ring : { row: 0, column: 0, side: size };
  const { row: top, column: left, side } = part;
  const percent = (cells: number): string => `${(100 * cells) / side}%`;
  return (
    <Picture
      title={`map, ${size}×${size}${windowWords(part, size)}`}
      note="row u down, column v across; white: cells that are in; orange: those of the ring, joined where they share a vertex"
      {...(ring.side < size && {
        tool: (
          <button type="button" class="quiet" onClick={() => setZoomed(!zoomed)}>
            {zoomed ? 'whole map' : 'zoom to the ring'}
          </button>
        ),
      })}
    >
      <div class="map">
        <div
          class="map-part"
          style={{ width: percent(size), height: percent(size), left: percent(-left), top: percent(-top) }}
        >
          <MapCanvas map={row.map} size={size} range={notes.range} label={`Map of image ${row.image}`} />
        </div>
        <Marks
          class="overlay"
          view={`${left} ${top} ${side} ${side}`}
          marks={mapMarks(hole, index, part)}
          label="Cells that are in, and those of the ring"
        />
      </div>
    </Picture>
  );
}

/** The rows and columns of the ring alone. */
export function ZoomPicture({ model: { hole }, index, notes }: OfMap) {
  const theme = colorsOf(useTheme());
  const { low, high } = notes.range;
  return (
    <Picture
      title="zoomed: the ring’s rows and columns"
      note="outlined: its cells (dashed: yet to come); none of the other pairs is in, or a triangle would fill it"
    >
      <Marks
        class="zoom"
        view={`0 0 ${ZOOM_SIDE} ${ZOOM_SIDE}`}
        marks={zoomMarks(hole, index, { side: ZOOM_SIDE, low, high, theme })}
        label={`Cells among the rows and columns ${hole.cycle?.vertices.join(', ') ?? ''}`}
      />
    </Picture>
  );
}

/** The graph of the vertices that have an edge. */
export function GraphPicture({ model: { hole }, index, places }: At & { readonly places: readonly Place[] }) {
  const theme = colorsOf(useTheme());
  const edges = edgesAt(hole, index);
  return (
    <Picture title={`graph, ${counted(edges, 'edge')}`} note="strongest: the edge that has just entered">
      <Marks
        class="graph"
        view={GRAPH_VIEW}
        marks={graphMarks(hole, index, places, theme)}
        label={`Graph of the vertices that have an edge: ${counted(edges, 'edge')}`}
      />
    </Picture>
  );
}

interface PictureProps {
  readonly title: string;
  readonly note: string;
  readonly tool?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Picture({ title, note, tool, children }: PictureProps) {
  return (
    <figure>
      <figcaption>
        {title} {tool}
      </figcaption>
      {children}
      <p class="note">{note}</p>
    </figure>
  );
}

interface MarksProps {
  readonly class: string;
  readonly view: string;
  /** SVG of this page's own drawings: numbers alone. */
  readonly marks: string;
  readonly label: string;
}

function Marks({ class: name, view, marks, label }: MarksProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    frame.current?.replaceChildren(
      svgElement(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" role="img" aria-label="${label}" font-family="Helvetica, Arial, sans-serif">${marks}</svg>`,
      ),
    );
  }, [marks, view, label]);
  return <div ref={frame} class={name} />;
}
