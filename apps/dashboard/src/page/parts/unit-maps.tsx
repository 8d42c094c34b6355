import { bettiChart } from '@unitscope/plots';
import { bettiCurves, birthCycle, type BirthCycle, type BirthCycleEdge } from '@unitscope/topology';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';
import { cycleOverlay, graphDrawing, paintMap } from '../charts/map-drawing.js';
import { download } from '../download.js';
import { figure } from '../figures.js';
import type { Rows } from '../remote-data.js';
import type { MapRow } from '../rows.js';
import { useTheme } from '../theme.js';
import { ChartFigure, svgElement } from './chart-figure.js';
import { DataTable, type TableColumn } from './data-table.js';

/** A β₁ curve of a larger map takes seconds: it is drawn when it is asked for. */
const LARGE_MAP = 128;

const EDGE_COLUMNS: readonly TableColumn<BirthCycleEdge>[] = [
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

interface Props {
  readonly maps: Rows<MapRow>;
  /** Begins the names of files. */
  readonly file: string;
}

/** A unit's maps: one of them large, with the graph and the cycle at its birth, and its β₁ curve. */
export function UnitMaps({ maps, file }: Props) {
  const chosen = useAddress().query.get('image');
  const density = Number(maps.notes.get('density') ?? 0.8);
  const cycles = useMemo(
    () => maps.rows.map(({ map, size }) => birthCycle(Float32Array.from(map), size, { density })),
    [maps],
  );
  const born = cycles.findIndex((cycle) => cycle !== null);
  const named = maps.rows.findIndex(({ image }) => image === chosen);
  const at = named >= 0 ? named : Math.max(0, born);
  const row = maps.rows[at];
  if (row === undefined) return null;
  return (
    <section>
      <h2>Maps</h2>
      <p class="note">
        {maps.rows.length} maps of category {maps.notes.get('category')}, bright where activations are high;
        the number is the birth index.
      </p>
      <ul class="maps">
        {maps.rows.map(({ image, map, size }, i) => (
          <li key={image}>
            <button
              type="button"
              aria-pressed={i === at}
              onClick={() => setQuery({ image })}
              title={`image ${image}`}
            >
              <MapCanvas map={map} size={size} label={`Map of image ${image}`} />
              <span>{birthWords(cycles[i] ?? null)}</span>
            </button>
          </li>
        ))}
      </ul>
      <LargeMap row={row} cycle={cycles[at] ?? null} density={density} file={`${file}-${row.image}`} />
    </section>
  );
}

function birthWords(cycle: BirthCycle | null): string {
  return cycle === null ? 'none' : String(cycle.rank - 1);
}

interface LargeProps {
  readonly row: MapRow;
  readonly cycle: BirthCycle | null;
  readonly density: number;
  readonly file: string;
}

function LargeMap({ row, cycle, density, file }: LargeProps) {
  const { image, map, size } = row;
  const theme = useTheme();
  const overlay = useRef<HTMLDivElement>(null);
  const graph = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement | null>(null);
  useEffect(() => {
    overlay.current?.replaceChildren(...(cycle === null ? [] : [svgElement(cycleOverlay(cycle, map, size))]));
    graph.current?.replaceChildren(...(cycle === null ? [] : [svgElement(graphDrawing(cycle, size, theme))]));
  }, [row, cycle, theme]);
  const save = (): void => {
    const picture = canvas.current?.toDataURL('image/png') ?? '';
    download(`${file}-map.svg`, 'image/svg+xml', mapDocument(picture, map, size, cycle));
  };
  return (
    <div data-image={image}>
      <h3>Image {image}</h3>
      <p class="note">
        {cycle === null ? 'No hole is ever born in the flag complex of this map.' : birthSentence(cycle)}
      </p>
      <div class="birth">
        <div class="map">
          <MapCanvas
            map={map}
            size={size}
            label={`Map of image ${image}`}
            onReady={(element) => (canvas.current = element)}
          />
          <div ref={overlay} class="overlay" />
        </div>
        <div ref={graph} class="graph" />
      </div>
      <div class="tools">
        <span class="spacer" />
        <button type="button" class="quiet" onClick={save}>
          SVG<span class="visually-hidden"> of the map</span>
        </button>
        {cycle !== null && (
          <button
            type="button"
            class="quiet"
            onClick={() => download(`${file}-graph.svg`, 'image/svg+xml', graphDrawing(cycle, size, 'light'))}
          >
            SVG of the graph
          </button>
        )}
      </div>
      {cycle !== null && (
        <details>
          <summary>Edges of the cycle</summary>
          <DataTable caption="Edges of the cycle" columns={EDGE_COLUMNS} rows={cycle.edges} />
        </details>
      )}
      <BettiFigure key={image} row={row} cycle={cycle} density={density} file={file} />
    </div>
  );
}

/** The map as an SVG document, with the cycle at its birth. */
function mapDocument(picture: string, map: MapRow['map'], size: number, cycle: BirthCycle | null): string {
  const drawn = cycle === null ? '' : cycleOverlay(cycle, map, size).replace(/^<svg[^>]*>|<\/svg>$/g, '');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="480" viewBox="0 0 ${size} ${size}"><image href="${picture}" width="${size}" height="${size}" preserveAspectRatio="none" image-rendering="pixelated"/>${drawn}</svg>\n`;
}

function birthSentence({ rank, weight, vertices, graph }: BirthCycle): string {
  return (
    `A hole is born at index ${rank - 1}, when the activation ${figure(weight, 4)} enters: ` +
    `the cycle ${vertices.join(' – ')} – ${vertices[0] ?? ''} is closed and no triangle fills it. ${graph.tails.length} edges are in.`
  );
}

interface CurvePoint {
  readonly index: number;
  readonly holes: number;
}

/** How many holes there are as edges enter. */
function BettiFigure({ row, cycle, density, file }: LargeProps) {
  const [asked, setAsked] = useState(row.size <= LARGE_MAP);
  const points = useMemo((): CurvePoint[] => {
    if (!asked) return [];
    const { beta1, ranks } = bettiCurves(Float32Array.from(row.map), row.size, { density });
    return Array.from(beta1.subarray(0, ranks), (holes, index) => ({ index, holes }));
  }, [row, asked]);
  if (!asked) {
    return (
      <p>
        <button type="button" onClick={() => setAsked(true)}>
          Draw the β₁ curve
        </button>{' '}
        <span class="note">It takes seconds for a map of this size.</span>
      </p>
    );
  }
  const title = `β₁ curve of image ${row.image}`;
  const birth = cycle === null ? null : cycle.rank - 1;
  return (
    <ChartFigure
      title={title}
      note="Holes of the flag complex as edges enter, in descending order of activation."
      file={`${file}-betti`}
      draw={(look) => bettiChart(title, { label: 'β₁: holes', points, birth }, look)}
      drawn={points}
      columns={[
        { name: 'index', label: 'index', value: ({ index }) => index, number: true },
        { name: 'holes', label: 'β₁', value: ({ holes }) => holes, number: true },
      ]}
      rows={points}
    />
  );
}

interface CanvasProps {
  readonly map: ArrayLike<number>;
  readonly size: number;
  readonly label: string;
  readonly onReady?: (canvas: HTMLCanvasElement) => void;
}

function MapCanvas({ map, size, label, onReady }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current === null) return;
    paintMap(canvas.current, map, size);
    onReady?.(canvas.current);
  }, [map, size]);
  return <canvas ref={canvas} role="img" aria-label={label} />;
}
