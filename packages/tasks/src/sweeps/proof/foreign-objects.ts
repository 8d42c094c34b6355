import { cellKeys, checkpointCells, type Cell, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import {
  unitBirthsSchema,
  unitHistogramsSchema,
  type ColumnSpecs,
  type TableSchema,
} from '@unitscope/tables';
import { eachLimited } from '@unitscope/base';
import { SweepObjects } from '../sweep-objects.js';
import { WRITER_KEY, writerFacts, type WriterFacts } from './object-writer.js';
import { tableMetadata } from '../../tables/table-metadata.js';

/** Requests under way at once: on a store over a network each costs a round trip. */
const REQUESTS_AT_ONCE = 16;

/** An object of a cell that was written by a program whose numbers may be others than the sweep's key says. */
export interface ForeignObject {
  readonly key: string;
  readonly sweep: string;
  readonly checkpoint: string;
  readonly layer: string | null;
  readonly category: string | null;
  /** What it says of its writer. */
  readonly writer: string;
  /** What is different, e.g. `kernel: expected 0f…, found 1a…`. */
  readonly differences: readonly string[];
}

/**
 * Compares what the unit objects of a sweep, and its births where they are kept, say of their writers with its manifest.
 * Objects that are not there, are damaged or name no writer tell nothing.
 */
export async function foreignObjects(manifest: Manifest, store: ObjectStore): Promise<ForeignObject[]> {
  const foreign: ForeignObject[] = [];
  for (const [checkpoint, { label }] of manifest.checkpoints.entries()) {
    const expected = expectedFacts(manifest, checkpoint);
    await eachLimited(checkpointCells(manifest, checkpoint), REQUESTS_AT_ONCE, async (cell) => {
      const { sweep } = manifest;
      const { layer, category } = cell;
      for (const { key, writer } of await writersOf(manifest, store, cell)) {
        const differences = differencesOf(expected, writerFacts(writer));
        if (differences.length > 0)
          foreign.push({ key, sweep, checkpoint: label, layer, category, writer, differences });
      }
    });
  }
  return foreign.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Removes these objects and the result tables that were made of them: the next run of their sweeps makes them anew. */
export async function removeForeign(store: ObjectStore, foreign: readonly ForeignObject[]): Promise<void> {
  for (const { key, sweep, checkpoint } of foreign) {
    const objects = new SweepObjects(sweep);
    // First the table that says that the others are complete.
    await store.delete(objects.layers(checkpoint));
    await store.delete(objects.units(checkpoint));
    await store.delete(objects.births(checkpoint));
    await store.delete(key);
  }
}

function expectedFacts(
  { semantics, kernel, source, checkpoints }: Manifest,
  checkpoint: number,
): WriterFacts {
  return {
    semantics: String(semantics),
    kernel,
    ...(source.kind === 'models' && {
      images: source.imageLibrary,
      backend: checkpoints[checkpoint]?.model?.backend,
    }),
  };
}

const FACTS = [
  ['semantics', 'semantics version'],
  ['kernel', 'kernel'],
  ['images', 'image library'],
  ['backend', 'tensor backend'],
] as const;

function differencesOf(expected: WriterFacts, found: WriterFacts): string[] {
  return FACTS.flatMap(([name, what]) => {
    const [wanted, is] = [expected[name], found[name]];
    if (wanted === undefined || is === undefined) return [];
    // Of a digest objects name the beginning.
    const shown = name === 'kernel' ? wanted.slice(0, is.length) : wanted;
    return shown === is ? [] : [`${what}: expected ${shown}, found ${is}`];
  });
}

async function writersOf(
  manifest: Manifest,
  store: ObjectStore,
  cell: Cell,
): Promise<{ key: string; writer: string }[]> {
  const { units, births } = cellKeys(manifest, cell);
  const found = [
    { key: units, writer: await writerOf(store, units, unitHistogramsSchema) },
    ...(manifest.keepBirths
      ? [{ key: births, writer: await writerOf(store, births, unitBirthsSchema) }]
      : []),
  ];
  return found.flatMap(({ key, writer }) => (writer === undefined ? [] : [{ key, writer }]));
}

async function writerOf<C extends ColumnSpecs>(
  store: ObjectStore,
  key: string,
  schema: TableSchema<C>,
): Promise<string | undefined> {
  return (await tableMetadata(store, key, schema))?.get(WRITER_KEY);
}
