import {
  curveEnd,
  edgesAt,
  holeFrames,
  holeLayout,
  holeStill,
  holeWords,
  ringWindow,
  windowValues,
} from '@unitscope/plots';
import { useMemo, useState } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';
import { download } from '../download.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { figure } from '../figures.js';
import { paint } from '../unit/map-canvas.js';
import type { MapNotes, MapRow } from '@unitscope/plots';
import { useCurve, useHole, type HoleModel } from './hole-model.js';
import { CurveScrubber } from './curve-scrubber.js';
import { GraphPicture, MapPicture, ZoomPicture } from './hole-pictures.js';

interface Props {
  readonly sweep: string;
  readonly category: string;
  readonly row: MapRow;
  readonly notes: MapNotes;
  readonly density: number;
  /** Begins the names of files. */
  readonly file: string;
}

const FRAMES = 8;

/** One map’s filtration: edges enter one by one, up to the hole and beyond it. */
export function HolePlayer(props: Props) {
  const { row, density } = props;
  const model = useHole(row, density);
  const curve = useCurve(model, density);
  const { hole } = model;
  const last = Math.max(0, (hole.edges.ranks[hole.edges.ranks.length - 1] ?? 1) - 1);
  const birth = hole.cycle === null ? null : hole.cycle.rank - 1;
  const asked = useAddress().query.get('at');
  const [whole, setWhole] = useState(asked !== null && Number(asked) > curveEnd(hole, curve));
  const end = whole ? Math.max(last, curve.length - 1) : Math.min(last, curveEnd(hole, curve));
  const index = asked === null ? (birth ?? 0) : Math.min(last, Math.max(0, Math.round(Number(asked)) || 0));
  const places = useMemo(() => holeLayout(hole), [hole]);
  const go = (to: number): void =>
    setQuery({ at: to === birth ? null : Math.min(last, Math.max(0, to)) }, { replace: true });
  return (
    <div class="hole-player" data-image={row.image} data-index={index}>
      <p class="hole-words" aria-live="polite">
        {holeWords(hole, index)}
      </p>
      <div class="hole-pictures">
        <MapPicture {...props} model={model} index={index} />
        {hole.cycle !== null && <ZoomPicture {...props} model={model} index={index} />}
        <GraphPicture model={model} index={index} places={places} />
      </div>
      <CurveScrubber
        {...{ model, curve, index, end, last, birth, whole, go }}
        onWhole={() => setWhole(!whole)}
      />
      <SaveTools {...props} model={model} curve={curve} index={index} />
      {hole.cycle !== null && <RingTable model={model} />}
    </div>
  );
}

interface SaveProps extends Props {
  readonly model: HoleModel;
  readonly curve: Uint32Array;
  readonly index: number;
}

/** The picture to take away, or its way to the birth. */
function SaveTools({ row, notes, category, file, model, curve, index }: SaveProps) {
  const { hole } = model;
  const still = () => ({
    title: `Hole of unit map, image ${row.image}${category === '' ? '' : ` of ${category}`}`,
    hole,
    counts: curve,
    picture: pictureOf(model, notes),
    range: [notes.range.low, notes.range.high] as const,
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
function pictureOf({ hole }: HoleModel, { range }: MapNotes): string {
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
    show: ({ weight }) => figure(weight, 4),
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
