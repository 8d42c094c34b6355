import {
  cellWords,
  curveEnd,
  edgesAt,
  holeFrames,
  holeLayout,
  holeStill,
  holeWords,
  ringWindow,
  windowValues,
  type MapNotes,
  type MapRow,
} from '@unitscope/plots';
import { useMemo, useState } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';
import { download } from '../download.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { shortFigure } from '../figures.js';
import { paint } from '../unit/map-canvas.js';
import type { MapRange } from '../unit/unit-images.js';
import { useHole, type HoleModel } from './hole-model.js';
import { CurveScrubber } from './curve-scrubber.js';
import { GraphPicture, ZoomPicture } from './hole-pictures.js';
import { MapPicture, PhotographPicture, type Cell, type OfMap } from './map-pictures.js';

interface Props {
  readonly sweep: string;
  readonly category: string;
  readonly row: MapRow;
  readonly notes: MapNotes;
  /** What the colours of all maps of the unit stand for. */
  readonly range: MapRange;
  readonly density: number;
  /** Begins the names of files. */
  readonly file: string;
  /** Whose hole it is, in words: the title of what is saved. */
  readonly title: string;
}

const FRAMES = 8;

/** One map’s filtration: edges enter one by one, up to the hole and beyond it. */
export function HolePlayer(props: Props) {
  const { row, density } = props;
  const model = useHole(row, density);
  const [cell, onCell] = useState<Cell | null>(null);
  const { hole } = model;
  return (
    <div class="hole-player" data-image={row.image}>
      {hole.cycle === null ? (
        <>
          <p class="hole-words">{holeWords(hole, 0)}</p>
          <CellWords hole={hole} cell={cell} />
          <div class="hole-pictures">
            <MapPicture {...props} {...{ model, index: 0, cell, onCell }} />
            <PhotographPicture {...props} {...{ model, index: 0, cell, onCell }} />
          </div>
        </>
      ) : (
        <Filtration {...props} {...{ model, cell, onCell }} birth={hole.cycle.rank - 1} />
      )}
    </div>
  );
}

interface FiltrationProps extends Props {
  readonly model: HoleModel;
  readonly birth: number;
  readonly cell: Cell | null;
  readonly onCell: OfMap['onCell'];
}

function Filtration(props: FiltrationProps) {
  const { model, birth, cell } = props;
  const { hole, curve } = model;
  const last = Math.max(0, (hole.edges.ranks[hole.edges.ranks.length - 1] ?? 1) - 1);
  const asked = useAddress().query.get('at');
  const [whole, setWhole] = useState(asked !== null && Number(asked) > curveEnd(hole, curve));
  const end = whole ? Math.max(last, curve.length - 1) : Math.min(last, curveEnd(hole, curve));
  const index = asked === null ? birth : Math.min(last, Math.max(0, Math.round(Number(asked)) || 0));
  const places = useMemo(() => holeLayout(hole), [hole.edges]);
  const go = (to: number): void =>
    setQuery({ at: to === birth ? null : Math.min(last, Math.max(0, to)) }, { replace: true });
  return (
    <div data-index={index}>
      <p class="hole-words" aria-live="polite">
        {holeWords(hole, index)}
      </p>
      <CellWords hole={hole} cell={cell} />
      <div class="hole-pictures">
        <MapPicture {...props} index={index} />
        <PhotographPicture {...props} index={index} />
        <ZoomPicture {...props} index={index} />
        <GraphPicture model={model} index={index} places={places} />
      </div>
      <CurveScrubber
        {...{ model, curve, index, end, last, birth, whole, go }}
        onWhole={() => setWhole(!whole)}
      />
      <SaveTools {...props} index={index} />
      <RingTable model={model} />
    </div>
  );
}

/** What is known of the cell that the pointer, or the keyboard, is at. */
function CellWords({ hole, cell }: { readonly hole: HoleModel['hole']; readonly cell: Cell | null }) {
  return (
    <p class="cell-words note" aria-live="polite">
      {cell === null
        ? 'Point at a cell, or go to it by the arrow keys, for its value and the index at which it enters.'
        : cellWords(hole, cell.row, cell.column)}
    </p>
  );
}

interface SaveProps extends Props {
  readonly model: HoleModel;
  readonly index: number;
}

/** The picture to take away, or its way to the birth. */
function SaveTools({ title, range, file, model, index }: SaveProps) {
  const { hole, curve } = model;
  const still = () => ({
    title,
    hole,
    counts: curve,
    picture: pictureOf(model, range),
    range: [range.low, range.high] as const,
  });
  return (
    <div class="tools">
      <span class="spacer" />
      <button
        type="button"
        class="quiet"
        onClick={() =>
          download(`${file}-hole-${index}.svg`, 'image/svg+xml', holeStill({ ...still(), index }))
        }
      >
        SVG<span class="visually-hidden"> of the hole at this index</span>
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() =>
          holeFrames(still(), FRAMES).forEach((svg, i) =>
            window.setTimeout(() => download(`${file}-hole-${i + 1}.svg`, 'image/svg+xml', svg), 200 * i),
          )
        }
      >
        SVGs for slides
      </button>
    </div>
  );
}

/** The part of the map where the ring is, one pixel a cell. */
function pictureOf({ hole }: HoleModel, range: MapRange): string {
  const canvas = document.createElement('canvas');
  const part = ringWindow(hole);
  paint(canvas, windowValues(hole, part), part.side, range);
  return canvas.toDataURL('image/png');
}

interface RingEdge {
  readonly row: number;
  readonly column: number;
  readonly rank: number;
  readonly weight: number;
}

const RING_COLUMNS: readonly TableColumn<RingEdge>[] = [
  { name: 'row', label: 'row', value: ({ row }) => row, number: true },
  { name: 'column', label: 'column', value: ({ column }) => column, number: true },
  {
    name: 'weight',
    label: 'activation',
    value: ({ weight }) => weight,
    show: ({ weight }) => shortFigure(weight),
    number: true,
  },
  { name: 'rank', label: 'rank', value: ({ rank }) => rank, number: true },
];

function RingTable({ model: { hole, map } }: { readonly model: HoleModel }) {
  const rows = (hole.cycle?.edges ?? []).map((edge): RingEdge => ({
    ...edge,
    weight: map[edge.row * hole.size + edge.column] ?? 0,
  }));
  return (
    <details>
      <summary>
        Cells of the ring, of {edgesAt(hole, (hole.cycle?.rank ?? 1) - 1)} that are in at its birth
      </summary>
      <DataTable caption="Edges of the cycle" columns={RING_COLUMNS} rows={rows} />
    </details>
  );
}
