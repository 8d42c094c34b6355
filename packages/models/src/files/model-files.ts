import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { UnreadableModelError, UnsupportedFormatError } from '../errors.js';
import { fileBeside } from './file-beside.js';
import { entryBytes } from './entry-bytes.js';
import { externalFiles, externalNames, externalRanges, type ExternalRange } from './onnx-external.js';
import { kerasToOnnx } from '../tfjs/keras-to-onnx.js';
import type { ModelFormat } from '../model.js';
import { decodeOnnx } from '../onnx/onnx-file.js';
import { readModelJson } from '../tfjs/tfjs-artifacts.js';

export interface ModelFile {
  /** Relative to the checkpoint's folder, with `/`. */
  readonly name: string;
  readonly path: string;
}

export interface ModelFiles {
  readonly format: ModelFormat;
  /** All that determines the checkpoint; the first is the one to open. */
  readonly files: readonly ModelFile[];
}

// A .pt file is weights without a network, or a pickle that needs the network's code: either way the code is in Python.
const torch = (path: string, out: string): string =>
  `or, where the graph was exported once: \`network: graph.onnx\` in a sweep, \`--weights\` of \`unitscope layers graph.onnx\`; ` +
  `python export_onnx.py ARCHITECTURE ${out}.onnx --weights ${path}   (examples/pytorch; for a network of your own, in Python: ` +
  `torch.onnx.export(model.eval(), (torch.zeros(2, 3, 224, 224),), "${out}.onnx", dynamo=True, external_data=False, ` +
  'dynamic_shapes=({0: torch.export.Dim("batch")},)))';
const tensorflow = (option: string) => (path: string, out: string) =>
  `python -m tf2onnx.convert --${option} ${path} --output ${out}.onnx   (pip install tensorflow tf2onnx)`;

/** The command that converts a file, given its path and what the result may be called. */
const CONVERSIONS: Readonly<Record<string, (path: string, out: string) => string>> = {
  '.h5': kerasToOnnx,
  '.hdf5': kerasToOnnx,
  '.keras': kerasToOnnx,
  '.pt': torch,
  '.pth': torch,
  '.ckpt': torch,
  '.safetensors': torch,
  '.pb': (path, out) => tensorflow('saved-model')(dirname(path), out),
  '.tflite': tensorflow('tflite'),
};

/**
 * Tells the format of the checkpoint at `path` (an .onnx file, a tfjs model.json, or the folder that holds
 * a model.json) and lists its files, each looked at by fileBeside. Throws UnreadableModelError, and UnsupportedFormatError
 * with the command that converts.
 */
export async function modelFiles(path: string): Promise<ModelFiles> {
  const { format, entry, ranges, names } = await contents(path);
  const files: ModelFile[] = [{ name: basename(entry), path: entry }];
  if (format === 'onnx') files.push(...(await externalFiles(entry, ranges)));
  else for (const name of names) files.push(await fileBeside(entry, name));
  return { format, files: files.map(({ name, path: found }) => ({ name, path: found })) };
}

/** As modelFiles, but of a checkpoint of which only the file to open needs to be there. */
export async function namedFiles(path: string): Promise<ModelFiles> {
  const { format, entry, names } = await contents(path);
  const files = [basename(entry), ...names].map((name) => ({ name, path: join(dirname(entry), name) }));
  return { format, files };
}

interface Contents {
  readonly format: ModelFormat;
  /** The file to open. */
  readonly entry: string;
  /** Files beside it, by the names of nameBeside. */
  readonly names: readonly string[];
  /** What of them is read, where that is known. */
  readonly ranges: readonly ExternalRange[];
}

async function contents(path: string): Promise<Contents> {
  const entry = await fileAt(path);
  const ending = extname(entry).toLowerCase();
  const conversion = CONVERSIONS[ending];
  if (conversion !== undefined) {
    const out = basename(path, extname(path));
    throw new UnsupportedFormatError(
      `${path}: expected ONNX or tfjs, found ${extname(entry)}; convert it: ${conversion(entry, out)}`,
    );
  }
  if (ending === '.onnx') {
    const bytes = await entryBytes(entry);
    decodeOnnx(entry, bytes);
    const ranges = externalRanges(entry, bytes);
    return { format: 'onnx', entry, names: externalNames(ranges), ranges };
  }
  if (ending === '.json') {
    const { format, shards } = await readModelJson(entry);
    return { format, entry, names: [...new Set(shards)], ranges: [] };
  }
  throw new UnreadableModelError(
    `${path}: expected an .onnx file or a tfjs model.json, found '${basename(entry)}'`,
  );
}

/** The file to open: `path` itself, or the model.json inside the folder. */
async function fileAt(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new UnreadableModelError(`${path}: no such checkpoint`, { cause });
  });
  if (!found.isDirectory()) return path;
  const inside = async (name: string) => (await stat(join(path, name)).catch(() => null)) !== null;
  if (await inside('model.json')) return join(path, 'model.json');
  if (await inside('saved_model.pb')) return join(path, 'saved_model.pb');
  throw new UnreadableModelError(
    `${path}: a folder without a model.json; expected an .onnx file or a tfjs model`,
  );
}
