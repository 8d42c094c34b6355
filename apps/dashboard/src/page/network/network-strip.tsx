import { rampColor, tickNames, type NetworkNotes, type NetworkRow } from '@unitscope/plots';
import { useMemo, useState } from 'preact/hooks';
import { figure } from '../figures.js';
import type { Point } from '../marks/mark-boxes.js';
import { MarkTooltip, rowWords } from '../marks/mark-tooltip.js';
import { loadRows, useRemote, type Rows } from '../remote-data.js';
import { chooseLayers, lasting, viewUrl, type ViewProps } from '../settings.js';
import { colorsOf, useTheme } from '../theme.js';
import { networkBlocks } from './network-blocks.js';

/** Longer names are told by their ends. */
const MOST_NAME = 16;
const LABELS = new Map([['map_size', 'maps']]);

/** The network as a strip, from which layers are chosen. `several`: a view of more than one. */
export function NetworkStrip(props: ViewProps & { readonly several: boolean }) {
  const { sweep, outline, settings, revision } = props;
  const url = viewUrl(sweep, 'network', { ...lasting(settings), checkpoint: settings.checkpoint });
  const network = useRemote<Rows<NetworkRow, NetworkNotes>>(
    outline.layers.length < 2 ? null : url,
    loadRows,
    revision,
  );
  if (network.data !== null) return <Strip {...props} network={network.data} />;
  // A view without it still has its filters; what is yet to come has its room.
  return network.loading && outline.layers.length > 1 ? <div class="network-room" /> : null;
}

function Strip({
  settings,
  several,
  outline,
  network: { rows, notes },
}: ViewProps & { readonly several: boolean; readonly network: Rows<NetworkRow, NetworkNotes> }) {
  const [pointed, setPointed] = useState<{ readonly row: NetworkRow; readonly at: Point } | null>(null);
  const blocks = useMemo(() => networkBlocks(rows), [rows]);
  const chosen = settings.layers.length > 0 || several ? settings.layers : outline.layers.slice(-1);
  const look = useLook(rows);
  return (
    <section
      class="network"
      aria-label="The network"
      onKeyDown={onArrow}
      onPointerLeave={() => setPointed(null)}
    >
      <div
        class="blocks"
        role="listbox"
        aria-label="Layers"
        aria-multiselectable={several}
        aria-orientation="horizontal"
      >
        {blocks.map(({ name, layers }, i) => (
          <div key={i} class="block" role="group" aria-label={name === '' ? 'layers' : name}>
            <span class="block-name" aria-hidden="true">
              {name === '' ? '\u00a0' : name}
            </span>
            {layers.map(({ layer, short }) => (
              <Layer
                key={layer.layer}
                {...{ layer, short, look }}
                chosen={chosen.includes(layer.layer)}
                entered={layer.layer === (chosen[0] ?? rows[0]?.layer)}
                choose={(more) => choose(layer.layer, settings.layers, several, more)}
                point={(at) => setPointed({ row: layer, at })}
              />
            ))}
          </div>
        ))}
      </div>
      <Legend look={look} checkpoint={notes.checkpoint} several={several} />
      {pointed !== null && (
        <MarkTooltip row={pointed.row} labels={LABELS} at={pointed.at} width={1160} note="" />
      )}
    </section>
  );
}

/** How far a key leads. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  Home: -Infinity,
  End: Infinity,
};

/** Left and right lead from layer to layer. */
function onArrow(event: KeyboardEvent): void {
  const by = STEPS[event.key];
  const { currentTarget, target } = event;
  if (by === undefined || !(currentTarget instanceof Element)) return;
  const options = [...currentTarget.querySelectorAll<HTMLElement>('[role="option"]')];
  const at = options.findIndex((option) => option === target);
  event.preventDefault();
  options[Math.min(options.length - 1, Math.max(0, at + by))]?.focus();
}

function choose(layer: string, chosen: readonly string[], several: boolean, more: boolean): void {
  const others = chosen.filter((name) => name !== layer);
  const isChosen = others.length < chosen.length;
  if (several && more) chooseLayers(isChosen ? others : [...others, layer]);
  else chooseLayers(several && isChosen && others.length === 0 ? [] : [layer]);
}

/** What colour and height a layer has. */
interface LookOfLayers {
  readonly range: readonly [number, number] | null;
  /** Some layer has no H / H of noise. */
  readonly lacks: boolean;
  readonly most: number;
  readonly color: (share: number) => string;
  readonly names: ReadonlyMap<string, string>;
}

function useLook(rows: readonly NetworkRow[]): LookOfLayers {
  const theme = colorsOf(useTheme());
  return useMemo(() => {
    const known = rows.flatMap(({ relative }) => relative ?? []);
    return {
      lacks: known.length < rows.length,
      range: known.length === 0 ? null : [Math.min(...known), Math.max(...known)],
      most: Math.max(...rows.map((row) => row.map_size)),
      color: (share) => rampColor(share, theme),
      names: tickNames(
        networkBlocks(rows).flatMap(({ layers }) => layers.map(({ short }) => short)),
        MOST_NAME,
      ),
    };
  }, [rows, theme]);
}

interface LayerProps {
  readonly layer: NetworkRow;
  readonly short: string;
  readonly look: LookOfLayers;
  readonly chosen: boolean;
  /** Tab leads to this one. */
  readonly entered: boolean;
  readonly choose: (more: boolean) => void;
  readonly point: (at: Point) => void;
}

function Layer({ layer, short, look, chosen, entered, choose: onChoose, point }: LayerProps) {
  const { range, most, color, names } = look;
  const { relative, map_size: size } = layer;
  const share =
    range === null || relative === null || range[0] === range[1]
      ? 0.5
      : (relative - range[0]) / (range[1] - range[0]);
  const height = 10 + 30 * Math.sqrt(size / most);
  const onPoint = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLElement)
      point({ x: currentTarget.offsetLeft + 8, y: currentTarget.offsetTop + currentTarget.offsetHeight });
  };
  return (
    <div
      class="network-layer"
      role="option"
      tabIndex={entered ? 0 : -1}
      aria-selected={chosen}
      data-row={JSON.stringify(layer)}
      onPointerEnter={onPoint}
      onFocus={onPoint}
      onClick={(event) => onChoose(event.shiftKey || event.ctrlKey || event.metaKey)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose(event.shiftKey);
      }}
    >
      <span class="bar">
        <i style={{ height: `${height}px`, background: relative === null ? 'transparent' : color(share) }} />
      </span>
      <span class="layer-name" aria-hidden="true">
        {names.get(short) ?? short}
      </span>
      <span class="visually-hidden">{rowWords(layer, LABELS)}</span>
    </div>
  );
}

interface LegendProps {
  readonly look: LookOfLayers;
  readonly checkpoint: string;
  readonly several: boolean;
}

function Legend({ look: { range, lacks, color }, checkpoint, several }: LegendProps) {
  const stops = [0, 0.25, 0.5, 0.75, 1].map(color).join(', ');
  return (
    <p class="note legend">
      {range === null ? (
        'No layer has an H.'
      ) : (
        <>
          H / H of noise: {figure(range[0], 2)}{' '}
          <span class="ramp" style={{ background: `linear-gradient(to right, ${stops})` }} />{' '}
          {figure(range[1], 2)}, at {checkpoint}
          {lacks && '; empty: none'}; height: size of the maps. A click chooses a layer
          {several && ', with Shift several'}.
        </>
      )}
    </p>
  );
}
