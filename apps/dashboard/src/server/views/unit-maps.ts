import {
  exampleColumns,
  mapColumns,
  type ExampleRow,
  type MapNotes,
  type MapRow,
  type OneMapNotes,
} from '@unitscope/plots';
import {
  unitExamples,
  unitMaps,
  UnknownNameError,
  type ResultCheckpoint,
  type SweepResults,
} from '@unitscope/query';
import { CellMaps, Photographs, type UnitMap, type LayerMaps, type UnitMaps } from '@unitscope/tasks';
import { rowsAnswer } from '../arrow-table.js';
import { RequestRefusedError } from '../errors.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';
import { unitOf } from './unit.js';

const LEAST_SIDE = 16;
const MOST_SIDE = 640;
/** Maps of a unit in a category are asked for again: for its examples, for its hole. */
const MOST_HELD = 24;
const MOST_HELD_BYTES = 256e6;

/** One sweep is looked at at a time: what reads its maps holds a network and a place in memory. */
let reader: { readonly key: string; readonly maps: CellMaps; readonly photographs: Photographs } | null =
  null;
const held = new Map<string, { readonly found: UnitMaps; readonly bytes: number }>();

/** The images of a category on which a unit is most and least active, or born first and last, with their maps. */
export async function unitExamplesView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const threshold = results.restatement?.threshold ?? results.manifest.statistics.threshold;
  const { found, notes, row } = await mapsOf(context, results);
  const rows = unitExamples(found, threshold).flatMap(({ role, map }): ExampleRow[] =>
    map === null ? [] : [{ role, ...row(map) }],
  );
  return rowsAnswer(exampleColumns, { rows, notes });
}

/** One map of a unit, by the label of its image, and what the others are called. */
export async function unitMapView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const image = context.parameters.text('image');
  const { found, notes, row } = await mapsOf(context, results);
  const map =
    image === undefined
      ? mapToBegin(found, results.restatement?.threshold ?? results.manifest.statistics.threshold)
      : found.maps.find((one) => one.image === image);
  if (map === undefined)
    throw new UnknownNameError(`no image ${JSON.stringify(image ?? '')} in this category`);
  const births = found.maps.map(({ image: label, birthRank }) => [label, indexOf(birthRank)] as const);
  const category = context.parameters.text('category') ?? null;
  const one: OneMapNotes = { ...notes, category, density: results.manifest.density, births };
  return rowsAnswer(mapColumns, { rows: [row(map)], notes: one });
}

/** One of the examples: that with the earliest birth that counts, else that of the highest activation. */
function mapToBegin(found: UnitMaps, threshold: number): UnitMap | undefined {
  const examples = unitExamples(found, threshold);
  return examples.find(({ role }) => role === 'earliest')?.map ?? examples[0]?.map ?? undefined;
}

/** An image of the sweep as its network sees it, small. */
export async function photographView(context: ViewContext): Promise<ViewAnswer> {
  const { parameters, store } = context;
  const results = await context.results();
  const { photographs, maps } = readerOf(results, store.uri);
  const side = parameters.whole('side', LEAST_SIDE, MOST_SIDE) ?? 160;
  const shape = parameters.text('shape')?.split('x').map(Number) ?? [1, 1];
  const [height = 1, width = 1] = shape;
  if (!(height > 0 && width > 0 && height / width < 100 && width / height < 100)) {
    throw new RequestRefusedError(400, 'PARAMETER', 'shape: expected HEIGHTxWIDTH of the network’s maps');
  }
  const shown = await photographs.shown(parameters.required('category'), parameters.required('image'), {
    side,
    aspect: width / height,
    inputSide: await inputSideOf(results, maps),
  });
  return { type: shown.type, body: shown.bytes };
}

/** Needed only where a spec says how many pixels are cut off a side; null where the network is not at hand. */
async function inputSideOf(
  { manifest, checkpoints }: SweepResults,
  maps: CellMaps,
): Promise<number | undefined> {
  const { source } = manifest;
  const [checkpoint] = checkpoints;
  if (source.kind !== 'models' || checkpoint === undefined) return undefined;
  const { shorterSide } = source.preprocess as { readonly shorterSide?: number };
  if (shorterSide === undefined) return undefined;
  const input = await maps.maker.input(checkpoint.index).catch(() => null);
  return input === null ? undefined : Math.min(input.height, input.width);
}

/** All maps of a unit in a category. Throws where they are nowhere, with the reason and the way out. */
async function mapsOf(
  context: ViewContext,
  results: SweepResults,
): Promise<{ found: UnitMaps; notes: MapNotes; row: (map: UnitMap) => MapRow }> {
  const { parameters, store } = context;
  const checkpoint = results.checkpoint(parameters.required('checkpoint'));
  const place = {
    layer: parameters.required('layer'),
    category: parameters.text('category') ?? null,
    unit: unitOf(context),
  };
  const { maps, photographs, key } = readerOf(results, store.uri);
  const heldKey = JSON.stringify([key, checkpoint.label, checkpoint.digest, place]);
  const known = held.get(heldKey)?.found;
  const found = known ?? (await unitMaps(results, checkpoint, place, { make: true, maps }));
  if (found === null || found.maps.length === 0) {
    throw new RequestRefusedError(
      404,
      'MAPS_NOT_HERE',
      found === null
        ? 'the maps of this unit are not in the store; `activations: keep` in the sweep’s spec keeps them'
        : `there is no unit ${place.unit} in this layer and category`,
    );
  }
  hold(heldKey, found);
  const cropped = maps.cell({ ...place, checkpoint: checkpoint.index })?.croppedFrom;
  const notes: MapNotes = {
    origin: found.origin,
    images: found.maps.length,
    namesImages: photographs.named,
    lacking: photographs.lacking(
      place.category ?? '',
      found.maps.map(({ image }) => image),
    ),
    shape: cropped === undefined ? [found.size, found.size] : [cropped[0], cropped[1]],
    range: rangeOf(found.maps),
  };
  const row = ({ image, mean, birthRank, map }: UnitMap): MapRow => ({
    ...{ image, activation: mean, index: indexOf(birthRank), size: found.size, map },
    photographed: photographs.has(place.category ?? '', image),
  });
  return { found, notes, row };
}

/** Pictures of a layer's units, held: the next page is of the same. */
const layers = new Map<string, { readonly found: LayerMaps; readonly origin: MapNotes['origin'] }>();
const MOST_LAYERS = 4;

/** Pictures of all units of a layer in a category. Throws where its maps are nowhere. */
export async function layerMapsOf(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  place: { readonly layer: string; readonly category: string | null },
): Promise<{ found: LayerMaps; origin: MapNotes['origin'] }> {
  const { maps, key } = readerOf(results, results.store.uri);
  const heldKey = JSON.stringify([key, checkpoint.label, checkpoint.digest, place]);
  const known = layers.get(heldKey);
  if (known !== undefined) return known;
  const made = await maps.ofLayer({ ...place, checkpoint: checkpoint.index });
  if (made === null) {
    throw new RequestRefusedError(
      404,
      'MAPS_NOT_HERE',
      'the maps of this layer are not in the store; `activations: keep` in the sweep’s spec keeps them',
    );
  }
  const found = { found: made.maps, origin: made.origin };
  layers.set(heldKey, found);
  for (const oldest of layers.keys()) {
    if (layers.size <= MOST_LAYERS) break;
    layers.delete(oldest);
  }
  return found;
}

function readerOf(results: SweepResults, store: string): NonNullable<typeof reader> {
  const { manifest } = results;
  const { sweep, specDigest, checkpoints, source } = manifest;
  const shown = source.kind === 'models' ? undefined : source.shown;
  const key = JSON.stringify([
    store,
    sweep,
    specDigest,
    checkpoints.length,
    shown?.images,
    shown?.preprocess,
  ]);
  if (reader?.key === key) return reader;
  void reader?.maps.close();
  held.clear();
  layers.clear();
  reader = {
    key,
    maps: new CellMaps(manifest, results.store),
    photographs: new Photographs(manifest, results.store),
  };
  return reader;
}

function hold(key: string, found: UnitMaps): void {
  held.delete(key);
  held.set(key, { found, bytes: 4 * found.maps.length * found.size ** 2 });
  let bytes = [...held.values()].reduce((sum, one) => sum + one.bytes, 0);
  for (const [oldest, one] of held) {
    if (held.size === 1 || (bytes <= MOST_HELD_BYTES && held.size <= MOST_HELD)) return;
    held.delete(oldest);
    bytes -= one.bytes;
  }
}

function indexOf(birthRank: number | null): number | null {
  return birthRank === null ? null : birthRank - 1;
}

/** The least and the greatest value of all maps, which share one scale. */
function rangeOf(maps: readonly UnitMap[]): MapNotes['range'] {
  let [low, high] = [Infinity, -Infinity];
  for (const { map } of maps) {
    for (const value of map) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { low, high };
}
