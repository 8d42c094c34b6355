import {
  batchSizeOf,
  cellKeys,
  checkpointTasks,
  type Cell,
  type CellKeys,
  type Manifest,
  type ManifestSourceFile,
  type Task,
} from '@unitscope/plan';
import { providersOf } from '@unitscope/models';
import type { ObjectStore } from '@unitscope/store';
import { openMeasurements, type MeasurementsFile } from '@unitscope/tables';
import { BirthKernel } from '@unitscope/topology';
import { aggregate } from '../tables/aggregate.js';
import { eachLimited, REQUESTS_AT_ONCE } from '@unitscope/base';
import { forwardCategory, kernelMemory, LayerSink } from './extract.js';
import { joinMeasurements } from '../resolve/files/join-measurements.js';
import { LocalImages, StoredImages } from '../inputs/image-bytes.js';
import { ImageLoader } from '../inputs/image-loader.js';
import { KeptActivations } from './kept-activations.js';
import { MapMeter } from './map-meter.js';
import { measure } from './measure.js';
import { layersOf, ModelCache } from './model-cache.js';
import { compareWithCpu, type CpuComparison, type LookedAt } from '../sweeps/proof/cpu-comparison.js';
import { refuseOther } from '../sweeps/proof/refuse-other.js';
import { RemoteObjects } from '../inputs/remote-objects.js';
import { openSourceFile, type OpenBytes } from '../inputs/source-files.js';
import { CheckpointFolder, type InputsFrom } from '../inputs/stored-inputs.js';
import { writeMeasured, writeUnits } from '../tables/unit-objects.js';

/** A task of a manifest, small enough to be sent anywhere. */
export interface TaskRef {
  readonly kind: 'cells' | 'aggregate';
  /** Index into the manifest's checkpoints. */
  readonly checkpoint: number;
  /** For cells: index into the checkpoint's tasks. */
  readonly index: number;
  /** For aggregate: the checkpoint's tasks that were given up, whose cells the tables may lack. */
  readonly setAside?: readonly number[];
}

export interface TaskOutcome {
  /** Cells whose objects were there already. */
  readonly cached: number;
  /** Feature maps measured. */
  readonly maps: number;
  /**
   * Of aggregate: the tasks whose objects are not there, though they were not set aside. Where there are any, no table
   * was written: they are to be done again.
   */
  readonly missing?: readonly number[];
}

export interface TaskRunnerOptions {
  /** 'store': read checkpoints, images and local activation files where uploadInputs put them. Default 'local'. */
  readonly inputs?: InputsFrom | undefined;
  /** Memory that images decoded at once may take. Default: a quarter of the machine's. */
  readonly decodeBytes?: number | undefined;
}

/** Runs tasks of one manifest, one at a time. Holds a model, images and the kernel between them. */
export class TaskRunner {
  readonly #manifest: Manifest;
  readonly #store: ObjectStore;
  readonly #kernel: BirthKernel;
  readonly #models: ModelCache;
  readonly #loader: ImageLoader | null;
  readonly #inputs: InputsFrom;
  readonly #remote = new RemoteObjects();
  /** Of one checkpoint, by file: each of its cells is in them. */
  readonly #measurements = { checkpoint: -1, files: new Map<string, Promise<MeasurementsFile>>() };
  /** That this process makes the numbers that the manifest's keys say. */
  #proof: Promise<void> | null = null;

  constructor(
    manifest: Manifest,
    store: ObjectStore,
    { inputs = 'local', decodeBytes }: TaskRunnerOptions = {},
  ) {
    this.#manifest = manifest;
    this.#store = store;
    this.#inputs = inputs;
    this.#kernel = new BirthKernel({ density: manifest.density });
    this.#models = new ModelCache(manifest, new CheckpointFolder(store), inputs);
    const { source } = manifest;
    if (source.kind !== 'models') this.#loader = null;
    else {
      const images = inputs === 'store' ? new StoredImages(store) : new LocalImages(source);
      this.#loader = new ImageLoader(source, images, decodeBytes);
    }
  }

  /** Does what of the task is not yet in the store. Throws WorkerDiffersError, and what the work throws. */
  async run(ref: TaskRef): Promise<TaskOutcome> {
    await (this.#proof ??= refuseOther(this.#manifest));
    if (ref.kind === 'aggregate') {
      const missing = await aggregate(this.#manifest, this.#store, ref.checkpoint, ref.setAside);
      return { cached: 0, maps: 0, missing };
    }
    const task = checkpointTasks(this.#manifest, ref.checkpoint)[ref.index];
    if (task === undefined) throw new RangeError(`checkpoint ${ref.checkpoint} has no task ${ref.index}`);
    const missing = await this.#missing(task);
    const cached = task.cells.length - missing.length;
    if (missing.length === 0) return { cached, maps: 0 };
    const maps =
      task.kind === 'extract' ? await this.#extract(missing, ref.index === 0) : await this.#measure(missing);
    return { cached, maps };
  }

  async close(): Promise<void> {
    await this.#models.close();
  }

  async #missing(task: Task): Promise<Missing[]> {
    const looked: Missing[] = [];
    await eachLimited(task.cells.entries(), REQUESTS_AT_ONCE, async ([i, cell]) => {
      const keys = cellKeys(this.#manifest, cell);
      looked[i] = { cell, keys, ...(await lackingObjects(this.#manifest, this.#store, keys)) };
    });
    return looked.filter(({ measured, activations }) => measured || activations);
  }

  /** `isFirst`: the checkpoint's first batch is in it. */
  async #extract(missing: readonly Missing[], isFirst: boolean): Promise<number> {
    const { source, keepBirths, checkpoints } = this.#manifest;
    const index = missing[0]?.cell.checkpoint ?? 0;
    const checkpoint = checkpoints[index];
    if (source.kind !== 'models' || this.#loader === null || checkpoint?.model === undefined) {
      throw new RangeError('an extract task needs models');
    }
    // Kept maps that are there already are measured where they lie.
    const stored = missing.filter(
      ({ measured, activations, keys }) =>
        this.#manifest.keepActivations && measured && !activations && keys.activations !== null,
    );
    let maps = await this.#measureStored(stored);
    const fresh = missing.filter((item) => !stored.includes(item));
    if (fresh.length === 0) return maps;

    const cells = fresh.map(({ cell }) => cell);
    const model = await this.#models.model(index);
    const layers = layersOf(model, checkpoint.model.path, cells);
    const compared = isFirst ? await this.#compare(index, cells, { model, layers }) : [];
    const sinks = fresh.map(({ cell, keys, activations }) => {
      const kept =
        activations && keys.activations !== null
          ? new KeptActivations(this.#store, keys.activations, cell, this.#manifest.compression)
          : null;
      return new LayerSink(new MapMeter(this.#kernel, cell.size, keepBirths), kept, cell, checkpoint.label);
    });
    try {
      await forwardCategory(
        model,
        batchSizeOf(source, checkpoint),
        this.#loader,
        cells,
        layers,
        async (cell, maps, firstImage, images, block) => {
          await sinks[cell]?.add(maps, firstImage, images, block);
        },
        kernelMemory(this.#kernel, !this.#manifest.keepActivations),
      );
      await eachLimited(sinks, REQUESTS_AT_ONCE, (sink) => sink.commit());
    } catch (error) {
      for (const sink of sinks) await sink.abort();
      throw error;
    }
    await eachLimited(fresh.entries(), REQUESTS_AT_ONCE, async ([i, { cell, keys }]) => {
      const [meter, layer] = [sinks[i]?.meter, layers[i]];
      if (meter === undefined || layer === undefined) return;
      const images = cell.images?.map((_, position) => String(position)) ?? [];
      const measured = { meter, size: cell.size, images };
      await writeMeasured(this.#store, keys, measured, await model.l1Norms(layer), {
        backend: model.backend,
        comparison: compared[i],
      });
      maps += meter.maps;
    });
    return maps;
  }

  /** The first batch on the model's execution providers beside the CPU; none where it runs on the CPU. */
  async #compare(index: number, cells: readonly Cell[], here: LookedAt): Promise<readonly CpuComparison[]> {
    const { source, checkpoints } = this.#manifest;
    const checkpoint = checkpoints[index];
    if (source.kind !== 'models' || this.#loader === null || checkpoint?.model === undefined) return [];
    if (providersOf(here.model.backend) === undefined) return [];
    const cpu = await this.#models.onTheCpu(index);
    try {
      return await compareWithCpu(
        here,
        { model: cpu, layers: layersOf(cpu, checkpoint.model.path, cells) },
        {
          loader: this.#loader,
          kernel: this.#kernel,
          batchSize: batchSizeOf(source, checkpoint),
          cells,
          checkpoint: checkpoint.label,
        },
      );
    } finally {
      await cpu.dispose();
    }
  }

  async #measureStored(stored: readonly Missing[]): Promise<number> {
    let maps = 0;
    for (const { keys, cell } of stored) {
      if (keys.activations === null) continue;
      const reader = await this.#store.open(keys.activations);
      try {
        const measured = await measure([reader], this.#kernel, this.#manifest.keepBirths);
        await writeMeasured(this.#store, keys, measured, await this.#l1Norms(cell));
        maps += measured.meter.maps;
      } finally {
        await reader.close();
      }
    }
    return maps;
  }

  async #l1Norms(cell: Cell): Promise<Float64Array | null> {
    const model = await this.#models.model(cell.checkpoint);
    const layer = model.layers.find(({ name }) => name === cell.layer);
    return layer === undefined ? null : model.l1Norms(layer);
  }

  async #measure(missing: readonly Missing[]): Promise<number> {
    let maps = 0;
    for (const { cell, keys } of missing) {
      if (cell.measurements !== undefined) {
        const files = await Promise.all(
          cell.measurements.map((file) => this.#measurementsOf(cell.checkpoint, file)),
        );
        const columns = joinMeasurements(files, cell);
        await writeUnits(this.#store, keys.units, columns);
        maps += columns.images.reduce((sum, images) => sum + images, 0);
        continue;
      }
      const sources: OpenBytes[] = [];
      try {
        for (const file of cell.files ?? []) sources.push(await this.#openFile(file));
        const measured = await measure(sources, this.#kernel, this.#manifest.keepBirths);
        await writeMeasured(this.#store, keys, measured, null);
        maps += measured.meter.maps;
      } finally {
        for (const source of sources) await source.close();
      }
    }
    return maps;
  }

  /** Read and checked once for all of its cells. */
  #measurementsOf(checkpoint: number, file: ManifestSourceFile): Promise<MeasurementsFile> {
    const { files } = this.#measurements;
    if (checkpoint !== this.#measurements.checkpoint) files.clear();
    this.#measurements.checkpoint = checkpoint;
    const key = JSON.stringify(file);
    const held = files.get(key);
    if (held !== undefined) return held;
    const opened = this.#openFile(file).then(async (source) => {
      try {
        return await openMeasurements(source);
      } finally {
        await source.close();
      }
    });
    files.set(key, opened);
    opened.catch(() => files.delete(key));
    return opened;
  }

  #openFile(file: ManifestSourceFile): Promise<OpenBytes> {
    return openSourceFile(file, { store: this.#store, remote: this.#remote, inputs: this.#inputs });
  }
}

interface Missing {
  readonly cell: Cell;
  readonly keys: CellKeys;
  /** The unit object, or the births where they are kept, is not there. */
  readonly measured: boolean;
  /** The feature maps are to be kept and are not there. */
  readonly activations: boolean;
}

/** Which of a cell's objects are to be there and are not. */
export async function lackingObjects(
  manifest: Pick<Manifest, 'keepBirths' | 'keepActivations'>,
  store: ObjectStore,
  keys: CellKeys,
): Promise<{ measured: boolean; activations: boolean }> {
  const lacks = async (key: string | null): Promise<boolean> =>
    key !== null && (await store.head(key)) === undefined;
  return {
    measured: (await lacks(keys.units)) || (manifest.keepBirths && (await lacks(keys.births))),
    activations: manifest.keepActivations && (await lacks(keys.activations)),
  };
}
