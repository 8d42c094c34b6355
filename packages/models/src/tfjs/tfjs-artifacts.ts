import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { ModelFolderError, UnreadableModelError } from '../errors.js';
import { fileBeside, nameBeside, readBeside } from '../files/file-beside.js';
import { entryBytes } from '../files/entry-bytes.js';

/** The `model.json` of tfjs: topology and weights manifest. */
export interface ModelJson {
  readonly format: 'tfjs-layers' | 'tfjs-graph';
  readonly json: io.ModelJSON;
  /** Weight files, relative to the folder of `model.json`. */
  readonly shards: readonly string[];
}

const BYTES: Record<string, number> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/** Reads a `model.json`. Throws UnreadableModelError where it is no description of a tfjs model. */
export async function readModelJson(path: string): Promise<ModelJson> {
  const text = (await entryBytes(path)).toString('utf8');
  let json: io.ModelJSON;
  try {
    json = JSON.parse(text) as io.ModelJSON;
  } catch (cause) {
    throw new UnreadableModelError(`${path} is not JSON; expected the model.json of a tfjs model`, { cause });
  }
  const topology: unknown = (json as Partial<io.ModelJSON> | null)?.modelTopology;
  const manifest: unknown = (json as Partial<io.ModelJSON> | null)?.weightsManifest;
  if (typeof topology !== 'object' || topology === null || !isManifest(manifest)) {
    throw new UnreadableModelError(
      `${path}: expected the model.json of a tfjs model, with modelTopology and weightsManifest`,
    );
  }
  const shards = json.weightsManifest.flatMap((group) => group.paths.map((name) => nameBeside(path, name)));
  const graph = json.format === 'graph-model' || 'node' in topology;
  return { format: graph ? 'tfjs-graph' : 'tfjs-layers', json, shards };
}

function isManifest(value: unknown): value is io.WeightsManifestConfig {
  const isGroup = (group: Partial<io.WeightsManifestConfig[number]> | null) =>
    Array.isArray(group?.paths) &&
    group.paths.every((path: unknown) => typeof path === 'string') &&
    Array.isArray(group.weights) &&
    group.weights.every((weight: Partial<io.WeightsManifestEntry> | null) => Array.isArray(weight?.shape));
  return Array.isArray(value) && value.every(isGroup);
}

/** tfjs would go through as many values as the description says, of whatever type. Throws UnreadableModelError. */
function bytesOf(path: string, { name, shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const type: unknown = quantization?.dtype ?? dtype;
  const bytes = typeof type === 'string' && Object.hasOwn(BYTES, type) ? BYTES[type] : undefined;
  const values = shape.reduce((product, size) => product * size, 1);
  const isShape = shape.every((size: unknown) => Number.isSafeInteger(size) && Number(size) >= 0);
  if (bytes !== undefined && isShape && Number.isSafeInteger(values)) return values * bytes;
  throw new UnreadableModelError(
    `${path}: weights ${JSON.stringify(name)}: expected numbers (${Object.keys(BYTES).join(', ')}) of a shape, ` +
      `found ${JSON.stringify(type)} of ${JSON.stringify(shape).slice(0, 80)}`,
  );
}

/** A handler from which tfjs loads the model at `path`. Truncated weights throw UnreadableModelError. */
export function artifactReader(path: string, model: ModelJson): io.IOHandler {
  const load = async (): Promise<io.ModelArtifacts> => {
    const tf = await import('@tensorflow/tfjs-core');
    return await tf.io.getModelArtifactsForJSON(model.json, async (groups) => {
      const specs = groups.flatMap((group) => group.weights);
      const expected = specs.reduce((sum, weight) => sum + bytesOf(path, weight), 0);
      const files = [];
      for (const name of groups.flatMap((group) => group.paths)) files.push(await fileBeside(path, name));
      const found = files.reduce((sum, file) => sum + file.bytes, 0);
      if (expected !== found) {
        throw new UnreadableModelError(
          `${path}: its weight files should hold ${expected} bytes and hold ${found}; are they complete?`,
        );
      }
      const buffers: ArrayBuffer[] = [];
      for (const file of files) {
        const [bytes] = await readBeside(path, file, [{ offset: 0, length: file.bytes }]);
        if (bytes !== undefined) buffers.push(bytes.buffer);
      }
      return [specs, buffers];
    });
  };
  return { load };
}

/**
 * A handler with which tfjs saves a model into `folder`, as model.json and weights.bin, whole or not at all. It takes the
 * place of a model saved so, and of nothing else: throws ModelFolderError.
 */
export function artifactWriter(folder: string): io.IOHandler {
  const save = async (artifacts: io.ModelArtifacts): Promise<io.SaveResult> => {
    const tf = await import('@tensorflow/tfjs-core');
    const weights = tf.io.CompositeArrayBuffer.join(artifacts.weightData);
    const json = {
      format: 'layers-model',
      generatedBy: 'unitscope',
      convertedBy: null,
      modelTopology: artifacts.modelTopology,
      weightsManifest: [{ paths: ['weights.bin'], weights: artifacts.weightSpecs }],
    };
    const partial = `${folder}.${randomUUID()}.partial`;
    await mkdir(partial, { recursive: true });
    try {
      await writeFile(join(partial, 'weights.bin'), new Uint8Array(weights));
      await writeFile(join(partial, 'model.json'), JSON.stringify(json));
      await makeWay(folder);
      await rename(partial, folder);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  };
  return { save };
}

const SAVED = ['model.json', 'weights.bin'];

async function makeWay(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => null);
  if (found === null) return;
  const names = found.isDirectory() ? await readdir(folder) : null;
  if (names?.every((name) => SAVED.includes(name)) !== true) {
    const what = names === null ? 'a file or a link' : 'a folder with other files';
    throw new ModelFolderError(
      `${folder}: expected nothing, or a folder with ${SAVED.join(' and ')} alone, found ${what}; name another folder`,
    );
  }
  await rm(folder, { recursive: true, force: true });
}
