import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { UnreadableModelError, UnsupportedFormatError } from './errors.js';
import type { ModelFormat } from './model.js';
import { externalFiles, readOnnx } from './onnx-file.js';
import { readModelJson } from './tfjs-artifacts.js';

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

const CONVERSIONS: Record<string, string> = {
  '.h5': 'tensorflowjs_converter --input_format keras IN.h5 OUT_FOLDER   (pip install tensorflowjs)',
  '.hdf5': 'tensorflowjs_converter --input_format keras IN.hdf5 OUT_FOLDER   (pip install tensorflowjs)',
  '.keras':
    'tensorflowjs_converter --input_format keras_keras IN.keras OUT_FOLDER   (pip install tensorflowjs)',
  '.pt': 'torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "OUT.onnx") in Python',
  '.pth': 'torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "OUT.onnx") in Python',
  '.ckpt': 'torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "OUT.onnx") in Python',
  '.safetensors': 'torch.onnx.export(model, torch.zeros(1, 3, 224, 224), "OUT.onnx") in Python',
  '.pb': 'python -m tf2onnx.convert --saved-model FOLDER --output OUT.onnx   (pip install tf2onnx)',
  '.tflite': 'python -m tf2onnx.convert --tflite IN.tflite --output OUT.onnx   (pip install tf2onnx)',
};

/**
 * Tells the format of the checkpoint at `path` (an .onnx file, a tfjs model.json, or the folder that holds
 * a model.json) and lists its files. Throws UnreadableModelError, and UnsupportedFormatError with the
 * command that converts.
 */
export async function modelFiles(path: string): Promise<ModelFiles> {
  const entry = await fileAt(path);
  const conversion = CONVERSIONS[extname(entry).toLowerCase()];
  if (conversion !== undefined) {
    throw new UnsupportedFormatError(
      `${path}: expected ONNX or tfjs, found ${extname(entry)}; convert it: ${conversion}`,
    );
  }
  const folder = dirname(entry);
  const list = (names: readonly string[]): ModelFile[] =>
    [basename(entry), ...names].map((name) => ({ name, path: join(folder, name) }));
  let listed: ModelFiles;
  switch (extname(entry).toLowerCase()) {
    case '.onnx':
      listed = { format: 'onnx', files: list(externalFiles(await readOnnx(entry), entry)) };
      break;
    case '.json': {
      const { format, shards } = await readModelJson(entry);
      listed = { format, files: list([...new Set(shards)]) };
      break;
    }
    default:
      throw new UnreadableModelError(
        `${path}: expected an .onnx file or a tfjs model.json, found '${basename(entry)}'`,
      );
  }
  for (const file of listed.files) await requireFile(file.path, path);
  return listed;
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

async function requireFile(path: string, model: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true)
    throw new UnreadableModelError(`${model}: its file ${basename(path)} is missing`);
}
