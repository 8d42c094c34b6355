import { canonicalJson, InputError } from '@unitscope/base';
import { sha256, trainingsOf, type Manifest } from '@unitscope/plan';
import { isStoreTrouble, ObjectNotFoundError, type ObjectStore } from '@unitscope/store';
import { aliveSchema, layersSchema, TableFile, type TableSchema } from '@unitscope/tables';
import { SweepObjects } from '../../sweeps/sweep-objects.js';
import { labelsOf } from '../sweep-labels.js';
import { tableMetadata } from '../table-metadata.js';
import { writeTable } from '../write-table.js';
import { aliveRows } from './alive-rows.js';
import { UnitLives } from './unit-lives.js';

/** The metadata that says of which checkpoints, in which trainings, a summary is. */
const OF = 'unitscope.summary_of';
const SPEC = 'unitscope.spec_digest';

/**
 * Makes layers.arrow and alive.arrow of the tables of a sweep that has ended, so that who asks of the whole need not read
 * thousands of files. Those that are there and of these tables are left.
 */
export async function writeSummaries(manifest: Manifest, store: ObjectStore): Promise<void> {
  const held = await heldTables(manifest, store);
  const [allLayers, alive] = await Promise.all([
    currentSummary(manifest, store, held, 'allLayers'),
    currentSummary(manifest, store, held, 'alive'),
  ]);
  if (held.places.length === 0) return;
  if (allLayers === null) await whereWhole(() => writeAllLayers(manifest, store, held));
  if (alive === null) await whereWhole(() => writeAlive(manifest, store, held));
}

/** A table that is damaged or gone has no summary: that is no reason for the sweep not to end. The store's own trouble is. */
async function whereWhole(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (isStoreTrouble(error) || !(error instanceof InputError || error instanceof ObjectNotFoundError))
      throw error;
  }
}

/** Before tables are changed: what was made of them goes. */
export async function removeSummaries(sweep: string, store: ObjectStore): Promise<void> {
  const { allLayers, alive } = new SweepObjects(sweep);
  await store.delete(allLayers);
  await store.delete(alive);
}

/** Which checkpoints have tables, and when the last of these and each summary were written. */
export interface HeldTables {
  readonly places: readonly number[];
  readonly newest: number;
  readonly summaries: ReadonlyMap<string, number>;
}

export async function heldTables(manifest: Manifest, store: ObjectStore): Promise<HeldTables> {
  const objects = new SweepObjects(manifest.sweep);
  const layers = new Map<string, number>();
  const summaries = new Map<string, number>();
  for await (const { key, modified } of store.list(`${objects.root}/results/layers`)) {
    if (key === objects.allLayers) summaries.set(key, modified);
    else layers.set(key, modified);
  }
  for await (const { key, modified } of store.list(objects.alive)) summaries.set(key, modified);
  const places = [...manifest.checkpoints.keys()].filter((at) =>
    layers.has(objects.layers(manifest.checkpoints[at]?.label ?? '')),
  );
  const newest = [...layers.values()].reduce((latest, modified) => Math.max(latest, modified), 0);
  return { places, newest, summaries };
}

/** The key of a summary that is of the tables as they are; null where it is not there, older than a table, or of other checkpoints. */
export async function currentSummary(
  manifest: Manifest,
  store: ObjectStore,
  held: HeldTables,
  which: 'allLayers' | 'alive',
): Promise<string | null> {
  const key = new SweepObjects(manifest.sweep)[which];
  const written = held.summaries.get(key);
  if (written === undefined || written < held.newest) return null;
  const schema: TableSchema = which === 'alive' ? aliveSchema : layersSchema;
  const metadata = await tableMetadata(store, key, schema);
  const isOfSpec = metadata?.get(SPEC) === manifest.specDigest;
  return isOfSpec && metadata.get(OF) === digestOf(manifest, held) ? key : null;
}

/** Of the checkpoints with tables and the trainings that they are of. */
function digestOf(manifest: Manifest, { places }: HeldTables): string {
  const labels = places.map((place) => manifest.checkpoints[place]?.label ?? '');
  const trainings = trainingsWithTables(manifest, places).map(({ run, members }) => ({
    run,
    members: [...members],
  }));
  return sha256(canonicalJson({ labels, places: [...places], trainings }));
}

function trainingsWithTables(
  { checkpoints, source }: Manifest,
  places: readonly number[],
): { readonly run: string | null; readonly members: readonly number[] }[] {
  const held = new Set(places);
  return trainingsOf(checkpoints, source.run)
    .trainings.map(({ run, members }) => ({ run, members: members.filter((member) => held.has(member)) }))
    .filter(({ members }) => members.length > 0);
}

function metadataOf(manifest: Manifest, held: HeldTables): Record<string, string> {
  const { sweep, specDigest } = manifest;
  return {
    'unitscope.sweep': sweep,
    [SPEC]: specDigest,
    [OF]: digestOf(manifest, held),
  };
}

async function writeAllLayers(manifest: Manifest, store: ObjectStore, held: HeldTables): Promise<void> {
  const objects = new SweepObjects(manifest.sweep);
  const options = { metadata: metadataOf(manifest, held), labels: labelsOf(manifest) };
  await writeTable(store, objects.allLayers, layersSchema, options, async (table) => {
    for (const place of held.places) {
      const reader = await store.open(objects.layers(manifest.checkpoints[place]?.label ?? ''));
      try {
        for await (const rows of (await TableFile.open(reader, layersSchema)).batches())
          await table.write(rows);
      } finally {
        await reader.close();
      }
    }
  });
}

async function writeAlive(manifest: Manifest, store: ObjectStore, held: HeldTables): Promise<void> {
  const objects = new SweepObjects(manifest.sweep);
  const trainings = trainingsWithTables(manifest, held.places);
  const { layer, category } = labelsOf(manifest);
  const labels = { run: trainings.flatMap(({ run }) => run ?? []), layer, category };
  const options = { metadata: metadataOf(manifest, held), labels };
  await writeTable(store, objects.alive, aliveSchema, options, async (table) => {
    for (const { run, members } of trainings) {
      const lives = new UnitLives(members.length);
      for (const [place, member] of members.entries()) {
        const reader = await store.open(objects.units(manifest.checkpoints[member]?.label ?? ''));
        try {
          await lives.add(place, reader);
        } finally {
          await reader.close();
        }
      }
      for (const cell of lives.cells()) await table.write(aliveRows(run, members, cell));
    }
  });
}
