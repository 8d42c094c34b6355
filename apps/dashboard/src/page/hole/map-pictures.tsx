import {
  cellMark,
  mapMarks,
  mapTicks,
  ringWindow,
  windowWords,
  type MapNotes,
  type MapRow,
  type MapWindow,
} from '@unitscope/plots';
import { useState, type Dispatch, type StateUpdater } from 'preact/hooks';
import { MapCanvas } from '../unit/map-canvas.js';
import { PhotoMap } from '../unit/photo-map.js';
import type { MapRange } from '../unit/unit-images.js';
import type { HoleModel } from './hole-model.js';
import { Marks, Picture } from './picture.js';

/** A cell of the map: that the pointer is at, or that the arrow keys came to. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface OfMap {
  readonly model: HoleModel;
  readonly index: number;
  readonly row: MapRow;
  readonly notes: MapNotes;
  readonly range: MapRange;
  readonly cell: Cell | null;
  readonly onCell: Dispatch<StateUpdater<Cell | null>>;
}

/** The map with the cells that have entered, and the ring; of a large map the part where the ring is. */
export function MapPicture({ model: { hole }, index, row, range, cell, onCell }: OfMap) {
  const { size } = row;
  const ring = ringWindow(hole);
  const [zoomed, setZoomed] = useState(true);
  const part = zoomed ? ring : { row: 0, column: 0, side: size };
  const { row: top, column: left, side } = part;
  const percent = (cells: number): string => `${(100 * cells) / side}%`;
  return (
    <Picture
      title={`map, ${size}×${size}${windowWords(part, size)}`}
      note={`row u down, column v across${hole.cycle === null ? '' : '; white: cells that are in; orange: those of the ring'}`}
      {...(ring.side < size && {
        tool: (
          <button type="button" class="quiet" onClick={() => setZoomed(!zoomed)}>
            {zoomed ? 'whole map' : 'zoom to the ring'}
          </button>
        ),
      })}
    >
      <div class="numbered">
        <Ticks hole={hole} part={part} along="row" />
        <Ticks hole={hole} part={part} along="column" />
        <div
          class="map"
          tabIndex={0}
          role="application"
          aria-label={`Cells of the map of image ${row.image}; arrow keys go from one to the next`}
          {...pointing((x, y) => onCell(cellAt(x, y, part)), onCell)}
          {...walking(hole.cycle?.edges[0] ?? { row: top, column: left }, part, onCell)}
        >
          <div
            class="map-part"
            style={{ width: percent(size), height: percent(size), left: percent(-left), top: percent(-top) }}
          >
            <MapCanvas map={row.map} size={size} range={range} label={`Map of image ${row.image}`} />
          </div>
          <Marks
            class="overlay"
            view={`${left} ${top} ${side} ${side}`}
            marks={marksOf(hole, index, part, cell)}
            label="Cells that are in, and those of the ring"
          />
        </div>
      </div>
    </Picture>
  );
}

/** The photograph with the same cells; nothing where there is none. */
export function PhotographPicture(props: OfMap & { readonly sweep: string; readonly category: string }) {
  const { sweep, category, model, index, row, notes, range, cell, onCell } = props;
  if (!row.photographed) return null;
  const whole = { row: 0, column: 0, side: row.size };
  return (
    <Picture
      title={`photograph, image ${row.image}`}
      note={
        model.hole.cycle === null
          ? 'what the network sees there'
          : 'the same cells on what the network sees there'
      }
    >
      <PhotoMap {...{ sweep, category, row, notes, range }} opacity={0} side={320}>
        <div class="over" {...pointing((x, y) => onCell(cellAt(x, y, whole)), onCell)}>
          <Marks
            class="overlay"
            view={`0 0 ${row.size} ${row.size}`}
            marks={marksOf(model.hole, index, whole, cell)}
            label="The same cells on the photograph"
          />
        </div>
      </PhotoMap>
    </Picture>
  );
}

function marksOf(hole: HoleModel['hole'], index: number, part: MapWindow, cell: Cell | null): string {
  // Without a hole the cells that are in say nothing.
  const marks = hole.cycle === null ? '' : mapMarks(hole, index, part);
  return cell === null ? marks : marks + cellMark(cell, part);
}

/** Listeners that tell where in an element the pointer is, in shares of its sides. */
export function pointing(at: (x: number, y: number) => void, onCell: (cell: null) => void) {
  const move = (event: PointerEvent): void => {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    at((event.clientX - left) / width, (event.clientY - top) / height);
  };
  return { onPointerMove: move, onPointerDown: move, onPointerLeave: () => onCell(null) };
}

const ARROWS: Readonly<Record<string, readonly [down: number, across: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Listeners by which arrow keys go from cell to cell of the part that is shown, `first` being where they begin. */
function walking(first: Cell, part: MapWindow, onCell: OfMap['onCell']) {
  const within = (to: number, from: number): number => Math.min(from + part.side - 1, Math.max(from, to));
  const move = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key];
    if (arrow === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [down, across] = arrow;
    // Keys may come faster than the page is drawn.
    onCell((from) => {
      const { row, column } = from ?? first;
      return { row: within(row + down, part.row), column: within(column + across, part.column) };
    });
  };
  const begin = (event: FocusEvent): void => {
    // A click has said where it is.
    if ((event.currentTarget as HTMLElement).matches(':focus-visible'))
      onCell({ row: within(first.row, part.row), column: within(first.column, part.column) });
  };
  return { onKeyDown: move, onFocus: begin, onBlur: () => onCell(null) };
}

function cellAt(x: number, y: number, { row, column, side }: MapWindow): Cell | null {
  const [down, across] = [Math.floor(y * side), Math.floor(x * side)];
  if (down < 0 || across < 0 || down >= side || across >= side) return null;
  return { row: row + down, column: column + across };
}

interface TicksProps {
  readonly hole: HoleModel['hole'];
  readonly part: MapWindow;
  readonly along: 'row' | 'column';
}

/** The numbers of the rows or columns; those of the ring stand out. */
function Ticks({ hole, part, along }: TicksProps) {
  return (
    <div class={`map-ticks ${along}s`} aria-hidden="true">
      {mapTicks(hole, part, along).map(({ at, ring }) => {
        const place = `${(100 * (at - part[along] + 0.5)) / part.side}%`;
        return (
          <span
            key={at}
            class={ring ? 'of-ring' : ''}
            style={along === 'row' ? { top: place } : { left: place }}
          >
            {at}
          </span>
        );
      })}
    </div>
  );
}
