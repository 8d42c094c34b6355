import { modelFiles } from '../files/model-files.js';
import type { OpenOptions } from '../model.js';
import { backendFor, loadTfjsNetwork } from '../open-model.js';
import { tensorBackend } from '../tfjs/tensor-backend.js';
import type { LayerCheck } from './layer-check.js';
import { checkOnnx } from './onnx-check.js';
import { checkTfjs } from './tfjs-check.js';

export interface CheckOptions extends OpenOptions {
  /** Random images on which each layer is looked at. Default 3. */
  readonly images?: number;
  /**
   * Multiplications that a check of a tfjs network may take, since its other route is plain JavaScript; layers beyond are
   * not checked. Default: any number.
   */
  readonly work?: number;
}

/**
 * Makes the maps of every layer of a checkpoint that could be measured by another route, and compares them and their
 * births with what a sweep would measure. Throws the InputErrors of openModel.
 */
export async function checkLayers(path: string, options: CheckOptions = {}): Promise<LayerCheck[]> {
  const { images = 3, work = Infinity, ...open } = options;
  const { format, files } = await modelFiles(path);
  const entry = files[0]?.path ?? path;
  const backend = backendFor(format, open.backend ?? 'auto');
  if (backend === 'onnxruntime') return await checkOnnx(entry, images, open);
  const tensors = await tensorBackend(backend);
  const load: Parameters<typeof checkTfjs>[1] = (on) =>
    loadTfjsNetwork(entry, on, open.tap === 'pre-activation');
  return await checkTfjs(path, load, tensors, images, work, open);
}
