import type { AtlasRows } from '@unitscope/plots';
import { ATLAS_ORDERS } from '../address-check.js';
import { setQuery, sweepPath, useAddress } from '../address.js';
import { counted, figure } from '../figures.js';
import {
  CategoryChoice,
  Choice,
  CheckpointChoice,
  Filters,
  LayerChoice,
  ThresholdSlider,
} from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { checkpointOf, lasting, layerOf, viewUrl, type ViewProps } from '../settings.js';
import { MapCanvas } from '../unit/map-canvas.js';
import { originWords } from '../unit/unit-images.js';

const SORTS: Readonly<Record<(typeof ATLAS_ORDERS)[number], string>> = {
  number: 'by number',
  entropy: 'by H, lowest first',
  rank: 'by importance',
  movement: 'by movement of H',
  similarity: 'by likeness of the mean map',
};

/** Every unit of a layer as a small picture. */
export function AtlasView(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  const address = useAddress().query;
  const layer = layerOf(props);
  const checkpoint = checkpointOf(props);
  const asked = address.get('sort');
  const sort = ATLAS_ORDERS.find((order) => order === asked) ?? 'number';
  const maps = address.get('maps') === 'top' ? 'top' : 'mean';
  const of =
    settings.category === '' ? (address.get('of') ?? outline.categories[0] ?? '') : settings.category;
  const query = {
    ...lasting(settings),
    layer,
    checkpoint,
    of,
    sort,
    maps,
    like: address.get('like'),
    from: address.get('from'),
  };
  const remote = useRemote<Answer<AtlasRows>>(viewUrl(sweep, 'atlas', query), loadRows, revision);
  return (
    <>
      <Filters>
        <LayerChoice {...props} />
        <CheckpointChoice {...props} />
        <CategoryChoice {...props} />
        <AtlasChoices
          {...{ sort, maps, of }}
          categories={settings.category === '' ? outline.categories : []}
        />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={remote} what="the units">
        {(found) => <AtlasPage {...props} {...{ layer, checkpoint, sort, maps, of, found }} />}
      </Loaded>
    </>
  );
}

interface Choices {
  readonly sort: string;
  readonly maps: 'mean' | 'top';
  /** The category whose maps are shown. */
  readonly of: string;
}

function AtlasChoices({ sort, maps, of, categories }: Choices & { readonly categories: readonly string[] }) {
  return (
    <>
      <label>
        <span>Order</span>
        <select value={sort} onChange={(event) => setQuery({ sort: event.currentTarget.value, from: null })}>
          {Object.entries(SORTS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Map</span>
        <select value={maps} onChange={(event) => setQuery({ maps: event.currentTarget.value })}>
          <option value="mean">mean of all images</option>
          <option value="top">of the top image</option>
        </select>
      </label>
      {categories.length > 1 && <Choice label="Maps of" name="of" value={of} options={categories} />}
    </>
  );
}

interface PageProps extends ViewProps, Choices {
  readonly layer: string;
  readonly checkpoint: string;
  readonly found: Answer<AtlasRows>;
}

function AtlasPage({ sweep, settings, layer, checkpoint, sort, maps, of, found }: PageProps) {
  const { page, from, alive, like, origin } = found.notes;
  const last = Math.floor(Math.max(0, found.total - 1) / page) * page;
  const go = (to: number): void => setQuery({ from: to === 0 ? null : to });
  return (
    <section data-atlas={layer}>
      <div class="row atlas-head">
        <h2>Units of {layer}</h2>
        <span class="note">
          {counted(found.total, 'unit')}, {alive} alive · maps of {of === '' ? 'all images' : of}{' '}
          {originWords(origin)}, each on its own scale{overWords(settings.category, of)}
          {sortWords(sort, like)}
        </span>
        {found.total > page && (
          <span class="row" role="group" aria-label="Pages of units">
            <button type="button" disabled={from === 0} onClick={() => go(from - page)}>
              ‹ before
            </button>
            <span>
              {from + 1} to {from + found.rows.length}
            </span>
            <button type="button" disabled={from >= last} onClick={() => go(from + page)}>
              after ›
            </button>
          </span>
        )}
      </div>
      <ol class="atlas">
        {found.rows.map((row) => (
          <li
            key={row.unit}
            data-unit={row.unit}
            data-entropy={row.entropy ?? ''}
            data-rate={row.selective_rate}
          >
            <a
              class={row.alive ? '' : 'silent'}
              href={sweepPath(sweep, 'unit', { ...lasting(settings), layer, checkpoint, unit: row.unit })}
              title={`unit ${row.unit}${maps === 'top' ? `, image ${row.image}` : ''}${row.rank === null ? '' : `, importance ${row.rank}`}`}
            >
              <MapCanvas map={row.map} size={row.side} range={rangeOf(row.map)} />
              <span class="atlas-words">
                <strong>{row.unit}</strong> {row.entropy === null ? 'no H' : `H ${figure(row.entropy, 2)}`}
                <br />ε {figure(row.selective_rate, 2)}
                {row.sorted_by === null
                  ? ''
                  : ` · ${sort === 'movement' ? 'moved' : 'like'} ${figure(row.sorted_by, 2)}`}
              </span>
            </a>
            {sort === 'similarity' && (
              <button type="button" class="quiet" onClick={() => setQuery({ like: row.unit, from: null })}>
                like this<span class="visually-hidden">: unit {row.unit}</span>
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function rangeOf(map: ArrayLike<number>): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < map.length; i++) {
    low = Math.min(low, map[i] ?? 0);
    high = Math.max(high, map[i] ?? 0);
  }
  return { low, high };
}

/** What H and ε are over, where that is not the category whose maps are shown. */
function overWords(category: string, of: string): string {
  return category === '' && of !== '' ? ' · H and ε over all categories' : '';
}

/** What the figure is that units are sorted by, where it is none of the others. */
function sortWords(sort: string, like: number): string {
  if (sort === 'similarity') return ` · likest to unit ${like} first, by the cosine`;
  return sort === 'movement' ? ' · moved: from the least to the greatest H over the checkpoints, nats' : '';
}
