import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  birthsSchema,
  columnNames,
  encodeTable,
  failuresSchema,
  layersSchema,
  nullableTextColumn,
  objectsSchema,
  textColumn,
  unitsSchema,
  type ColumnKind,
  type ColumnSpecs,
} from '@unitscope/tables';
import type { ObjectStore } from '@unitscope/store';
import { eachLimited } from '@unitscope/base';
import type { DataType, LazyDataFrame } from 'nodejs-polars';
import { localObject, localPath, localPattern } from '../results/local-object.js';
import type { SweepResults } from '../results/sweep-results.js';
import type { Polars } from './polars.js';

export const TABLES = ['units', 'layers', 'checkpoints', 'births', 'objects', 'failures'] as const;
export type TableName = (typeof TABLES)[number];

const SCHEMAS = { units: unitsSchema, layers: layersSchema, births: birthsSchema } as const;

/** Files, or patterns of files, that are scanned as one table. */
interface Scanned {
  readonly files: readonly string[];
  /** All have the same columns. */
  readonly alike: boolean;
  /** Columns that some of them lack, as those of an earlier version do. */
  readonly lacking: readonly { readonly name: string; readonly kind: ColumnKind }[];
}

function whole(...files: string[]): Scanned {
  return { files, alike: true, lacking: [] };
}

/** As a file that has the column gives it. */
function typeOf(pl: Polars, kind: ColumnKind): DataType {
  if (kind === 'uint32') return pl.UInt32;
  return kind === 'float64' ? pl.Float64 : pl.Utf8;
}

/** Objects of a store over a network that are fetched at once: each costs a round trip. */
const FETCHES_AT_ONCE = 16;

/** The Arrow files of each table, by sweep; what had to be written for them is removed by `close`. */
export class SqlTables {
  private folder: string | null = null;
  /** What a reader of the answer should know of the tables. */
  readonly notices: string[] = [];

  constructor(private readonly sweeps: readonly SweepResults[]) {}

  /** A table of all sweeps as the engine scans it in place; with several sweeps, a column `sweep` comes first. */
  async frame(pl: Polars, table: TableName): Promise<LazyDataFrame> {
    const several = this.sweeps.length > 1;
    const frames: LazyDataFrame[] = [];
    for (const results of this.sweeps) {
      const { files, alike, lacking } = await this.files(results, table);
      const scans = files.map((file) => pl.scanIPC(file));
      const [first] = scans;
      if (first === undefined) continue;
      const how = alike ? 'vertical' : 'diagonalRelaxed';
      const found = scans.length === 1 ? first : pl.concat(scans, { how, rechunk: false, parallel: true });
      const nulls = lacking
        .filter(({ name }) => !found.columns.includes(name))
        .map(({ name, kind }) => pl.lit(null).cast(typeOf(pl, kind)).alias(name));
      const whole = nulls.length === 0 ? found : found.withColumns(...nulls);
      frames.push(several ? whole.select(pl.lit(results.name).alias('sweep'), pl.col('*')) : whole);
    }
    const [first] = frames;
    if (first === undefined) throw new RangeError(`no file of the table ${table}`);
    // Metadata columns differ between sweeps: what one lacks is null, a number beside a text becomes text.
    return frames.length === 1
      ? first
      : pl.concat(frames, { how: 'diagonalRelaxed', rechunk: false, parallel: true });
  }

  async close(): Promise<void> {
    if (this.folder !== null) await rm(this.folder, { recursive: true, force: true });
  }

  private async files(results: SweepResults, table: TableName): Promise<Scanned> {
    const { objects, store, checkpoints } = results;
    switch (table) {
      case 'checkpoints':
        return whole(await localObject(store, objects.checkpoints));
      case 'failures':
        if ((await store.head(objects.failures)) !== undefined)
          return whole(await localObject(store, objects.failures));
        return whole(await this.write('failures', await noFailures()));
      case 'objects':
        if ((await store.head(objects.objects)) !== undefined)
          return whole(await localObject(store, objects.objects));
        return whole(await this.write('objects', await noObjects()));
      case 'births':
        if (!results.manifest.keepBirths) return whole(await this.write('births', await noBirths()));
        break;
      case 'units':
      case 'layers':
        if (results.restatement !== null) return whole(...(await this.restated(results, table)));
    }
    const keys = checkpoints.map(({ label }) => objects[table](label));
    const pattern = localPattern(store, `${objects.root}/results/${table}`);
    // One scan of a folder is read many times as fast as thousands of scans put together, but takes all files for alike.
    const isWhole = pattern !== null && (await holdsOnly(store, `${objects.root}/results/${table}/`, keys));
    if (isWhole && table === 'births') return whole(pattern);
    const files: string[] = [];
    await eachLimited(keys.entries(), FETCHES_AT_ONCE, async ([i, key]) => {
      // Those that were listed are there.
      files[i] = (isWhole ? localPath(store, key) : null) ?? (await localObject(store, key));
    });
    const { alike, lacking, older } = await columnsOf(files, SCHEMAS[table].columns);
    if (older > 0)
      this.notices.push(
        `sweep ${results.name}: an earlier version made the ${table} of ${older} of ${files.length} checkpoints; ` +
          `${lacking.map(({ name }) => name).join(', ')} are null there (run the sweep again: nothing is measured anew)`,
      );
    return { files: isWhole && alike ? [pattern] : files, alike, lacking };
  }

  private async restated(results: SweepResults, table: 'units' | 'layers'): Promise<string[]> {
    const files: string[] = [];
    for (const checkpoint of results.checkpoints) {
      const bytes =
        table === 'units'
          ? await encodeTable(unitsSchema, await results.unitsTable(checkpoint))
          : await encodeTable(layersSchema, await results.layersTable(checkpoint));
      files.push(await this.write(`${results.name}-${table}-${checkpoint.index}`, bytes));
    }
    return files;
  }

  private async write(name: string, bytes: Uint8Array): Promise<string> {
    this.folder ??= await mkdtemp(path.join(tmpdir(), 'unitscope-query-'));
    const file = path.join(this.folder, `${name}.arrow`);
    await writeFile(file, bytes);
    return file;
  }
}

async function holdsOnly(store: ObjectStore, prefix: string, keys: readonly string[]): Promise<boolean> {
  const expected = new Set(keys);
  let found = 0;
  for await (const { key } of store.list(prefix)) {
    if (!expected.has(key)) return false;
    found++;
  }
  return found === expected.size;
}

/** Whether all files have the same columns, which of the schema's are not in all of them, and how many files lack some. */
async function columnsOf(
  files: readonly string[],
  columns: ColumnSpecs,
): Promise<Pick<Scanned, 'alike' | 'lacking'> & { readonly older: number }> {
  const found = new Set<string>();
  const lacking = new Set<string>();
  let older = 0;
  await eachLimited(files, FETCHES_AT_ONCE, async (file) => {
    const names = await columnNames(file);
    const absent = Object.keys(columns).filter((name) => !names.includes(name));
    found.add(names.join());
    for (const name of absent) lacking.add(name);
    if (absent.length > 0) older++;
  });
  const specs = Object.entries(columns).filter(([name]) => lacking.has(name));
  return { alike: found.size <= 1, lacking: specs.map(([name, { kind }]) => ({ name, kind })), older };
}

function noFailures(): Promise<Uint8Array> {
  const none = nullableTextColumn([]);
  const text = textColumn([]);
  return encodeTable(failuresSchema, {
    checkpoint: none,
    layer: none,
    category: none,
    task: text,
    attempts: new Uint32Array(0),
    code: text,
    message: text,
  });
}

function noBirths(): Promise<Uint8Array> {
  const none = nullableTextColumn([]);
  const index = { values: new Int32Array(0), valid: new Uint8Array(0) };
  return encodeTable(birthsSchema, {
    checkpoint: none,
    checkpoint_index: index,
    layer: none,
    layer_index: index,
    category: none,
    unit: new Uint32Array(0),
    image: textColumn([]),
    birth_rank: { values: new Uint32Array(0), valid: new Uint8Array(0) },
  });
}

function noObjects(): Promise<Uint8Array> {
  const none = nullableTextColumn([]);
  const index = { values: new Int32Array(0), valid: new Uint8Array(0) };
  return encodeTable(objectsSchema, {
    checkpoint: none,
    checkpoint_index: index,
    layer: none,
    layer_index: index,
    category: none,
    activations: none,
    units: textColumn([]),
    births: none,
  });
}
