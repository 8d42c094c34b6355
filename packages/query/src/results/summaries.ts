import type { Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import {
  aliveSchema,
  layersSchema,
  TableFile,
  type Columns,
  type ColumnSpecs,
  type TableSchema,
} from '@unitscope/tables';
import { currentSummary, type HeldTables } from '@unitscope/tasks';

export type AliveTable = Columns<typeof aliveSchema.columns>;

const {
  checkpoint_index,
  layer,
  layer_index,
  scope,
  category,
  map_size,
  sensitive_units,
  entropy_mean,
  entropy_ci_low,
  entropy_ci_high,
  relative_entropy_mean,
  relative_entropy_ci_low,
  relative_entropy_ci_high,
  selective_rate_mean,
} = layersSchema.columns;
/** The columns of layers/1 that are asked of a whole sweep: the others, two thirds of the bytes, are not read. */
const allLayersSchema = {
  name: layersSchema.name,
  columns: {
    ...{ checkpoint_index, layer, layer_index, scope, category, map_size, sensitive_units },
    ...{ entropy_mean, entropy_ci_low, entropy_ci_high, selective_rate_mean },
    ...{ relative_entropy_mean, relative_entropy_ci_low, relative_entropy_ci_high },
  },
} as const satisfies TableSchema;

export type AllLayersTable = Columns<typeof allLayersSchema.columns>;

/** The tables over a whole sweep that it makes when it ends: read once, and only where they are of its tables as they are. */
export class Summaries {
  #allLayers: Promise<AllLayersTable | null> | null = null;
  #alive: Promise<AliveTable | null> | null = null;

  constructor(
    private readonly store: ObjectStore,
    private readonly manifest: Manifest,
    /** The tables that there were when the results were opened. */
    private readonly held: HeldTables,
  ) {}

  allLayers(): Promise<AllLayersTable | null> {
    return (this.#allLayers ??= this.#read('allLayers', allLayersSchema));
  }

  alive(): Promise<AliveTable | null> {
    return (this.#alive ??= this.#read('alive', aliveSchema));
  }

  async #read<C extends ColumnSpecs>(
    which: 'allLayers' | 'alive',
    schema: TableSchema<C>,
  ): Promise<Columns<C> | null> {
    const { store, manifest, held } = this;
    const key = await currentSummary(manifest, store, held, which);
    if (key === null) return null;
    const reader = await store.open(key);
    try {
      return await (await TableFile.open(reader, schema)).readAll();
    } finally {
      await reader.close();
    }
  }
}
