import type { Definition, Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import {
  FileSource,
  layersSchema,
  TableFile,
  unitsSchema,
  type Columns,
  type ColumnSpecs,
  type TableSchema,
} from '@unitscope/tables';
import { heldTables, NoSuchSweepError, readManifest, SweepObjects, sweepNames } from '@unitscope/tasks';
import { NoResultsError, UnknownNameError } from '../errors.js';
import { layersBy, unitsBy } from './definition.js';
import { localObject } from './local-object.js';
import { restateStatistics, type Restatement } from './restate-statistics.js';
import { Summaries, type AliveTable, type AllLayersTable } from './summaries.js';
import { suggestion, type LayersTable, type ResultCheckpoint, type UnitsTable } from './result-tables.js';

/** The result tables of one sweep, read where they are. */
export class SweepResults {
  private constructor(
    readonly store: ObjectStore,
    readonly manifest: Manifest,
    readonly checkpoints: readonly ResultCheckpoint[],
    readonly restatement: Restatement | null,
    /** Which H the charts, rankings and comparisons are of. */
    readonly definition: Definition,
    private readonly summaries: Summaries,
    /** All that had results when the sweep was opened. */
    readonly opened: readonly ResultCheckpoint[] = checkpoints,
  ) {}

  /**
   * Opens a sweep's results. With another threshold or least selective rate, units and layers are stated anew from the
   * birth histograms. Throws NoSuchSweepError (it names the nearest sweep), NoResultsError.
   */
  static async open(store: ObjectStore, sweep: string, restatement: Restatement = {}): Promise<SweepResults> {
    const manifest = await manifestOf(store, sweep);
    const held = await heldTables(manifest, store);
    const checkpoints = held.places.flatMap((index) => {
      const checkpoint = manifest.checkpoints[index];
      if (checkpoint === undefined) return [];
      const { label, digest, meta } = checkpoint;
      return { label, digest, meta, index };
    });
    if (checkpoints.length === 0) {
      throw new NoResultsError(
        `sweep ${sweep}: no checkpoint has results yet (\`unitscope sweeps\` tells how far it is)`,
      );
    }
    const { threshold, minSelectiveRate } = manifest.statistics;
    const changes =
      (restatement.threshold ?? threshold) !== threshold ||
      (restatement.minSelectiveRate ?? minSelectiveRate) !== minSelectiveRate;
    const definition = restatement.definition ?? manifest.statistics.definition ?? 'code';
    const summaries = new Summaries(store, manifest, held);
    return new SweepResults(
      store,
      manifest,
      checkpoints,
      changes ? restatement : null,
      definition,
      summaries,
    );
  }

  get name(): string {
    return this.manifest.sweep;
  }

  get objects(): SweepObjects {
    return new SweepObjects(this.name);
  }

  /** The same results, of some of their checkpoints only. */
  only(checkpoints: readonly ResultCheckpoint[]): SweepResults {
    const { store, manifest, restatement, definition, summaries, opened } = this;
    return new SweepResults(store, manifest, checkpoints, restatement, definition, summaries, opened);
  }

  /** The same results with the statistics that are stored. */
  stored(): SweepResults {
    const { store, manifest, checkpoints, definition, summaries, opened } = this;
    return new SweepResults(store, manifest, checkpoints, null, definition, summaries, opened);
  }

  /** The checkpoint with this label, or at this place where the text is a number that is no label. Throws UnknownNameError. */
  checkpoint(label: string): ResultCheckpoint {
    const labels = this.checkpoints.map((checkpoint) => checkpoint.label);
    const found = this.checkpoints.find((checkpoint) => checkpoint.label === label);
    if (found !== undefined) return found;
    throw new UnknownNameError(
      `sweep ${this.name}: no checkpoint ${JSON.stringify(label)}${suggestion(label, labels)}`,
    );
  }

  /** The units of one checkpoint: the columns of units/1, but `entropy` and who has one by the definition that is shown. */
  async units(checkpoint: ResultCheckpoint): Promise<UnitsTable> {
    return unitsBy(this.definition, await this.unitsTable(checkpoint));
  }

  /** The layers of one checkpoint: the columns of layers/1, but those of `entropy` by the definition that is shown. */
  async layers(checkpoint: ResultCheckpoint): Promise<LayersTable> {
    return layersBy(this.definition, await this.layersTable(checkpoint));
  }

  /** The rows of layers/1 of all checkpoints of the sweep, as they are stored; null where they are in no one table. */
  allLayers(): Promise<AllLayersTable | null> {
    return this.summaries.allLayers();
  }

  /** Where along each training its units are sensitive, by the statistics that are stored; null where no table says it. */
  alive(): Promise<AliveTable | null> {
    return this.summaries.alive();
  }

  /** The rows of units/1 of one checkpoint. */
  async unitsTable(checkpoint: ResultCheckpoint): Promise<UnitsTable> {
    const units = await this.read(this.objects.units(checkpoint.label), unitsSchema);
    const isWhole = units.entropy_paper.valid.every((valid) => valid === 1);
    if (this.restatement === null && (isWhole || this.definition === 'code')) return units;
    return restateStatistics(this.manifest, checkpoint, units, this.restatement ?? {}).units;
  }

  /** The rows of layers/1 of one checkpoint. */
  async layersTable(checkpoint: ResultCheckpoint): Promise<LayersTable> {
    if (this.restatement === null) {
      const layers = await this.read(this.objects.layers(checkpoint.label), layersSchema);
      // Tables of an earlier version do not have the paper's: it follows from the histograms.
      const isWhole = layers.entropy_paper_mean.valid.every(
        (valid, row) => valid === 1 || layers.units[row] === 0,
      );
      if (isWhole || this.definition === 'code') return layers;
    }
    const units = await this.read(this.objects.units(checkpoint.label), unitsSchema);
    return restateStatistics(this.manifest, checkpoint, units, this.restatement ?? {}).layers;
  }

  private async read<C extends ColumnSpecs>(key: string, schema: TableSchema<C>): Promise<Columns<C>> {
    const source = await FileSource.open(await localObject(this.store, key));
    try {
      return await (await TableFile.open(source, schema)).readAll();
    } finally {
      await source.close();
    }
  }
}

async function manifestOf(store: ObjectStore, sweep: string): Promise<Manifest> {
  try {
    return await readManifest(store, sweep);
  } catch (error) {
    if (!(error instanceof NoSuchSweepError)) throw error;
    const names = await sweepNames(store);
    throw new UnknownNameError(`no sweep "${sweep}" in ${store.uri}${suggestion(sweep, names)}`, {
      cause: error,
    });
  }
}
