import type { Provider } from '@unitscope/plan';
import { modelFiles } from './files/model-files.js';
import type { Model, ModelFormat, OpenOptions } from './model.js';
import { UnsupportedModelError } from './errors.js';
import { independent, type Subject } from './independence/independent.js';
import { onnxSubject, tfjsSubject } from './independence/subjects.js';
import { OnnxModel, onnxBackendId } from './onnx/onnx-model.js';
import { tensorBackend, tfjsNodeId, type Backend, type TensorBackend } from './tfjs/tensor-backend.js';
import { readModelJson } from './tfjs/tfjs-artifacts.js';
import { graphNetwork } from './tfjs/tfjs-graph-network.js';
import { layersNetwork } from './tfjs/tfjs-layers-network.js';
import { TfjsModel, type TfjsNetwork } from './tfjs/tfjs-model.js';

/**
 * Opens a checkpoint: an .onnx file, a tfjs model.json, or the folder of one. Throws the InputErrors of
 * this package, which name the path.
 */
export async function openModel(path: string, options: OpenOptions = {}): Promise<Model> {
  const { format, files } = await modelFiles(path);
  const entry = files[0]?.path ?? path;
  if (options.weights !== undefined && format !== 'onnx')
    throw new UnsupportedModelError(
      `${path}: expected an ONNX graph for the weights of ${options.weights.path}, found ${format}`,
    );
  const backend = backendFor(format, options.backend ?? 'auto', options.providers);
  if (backend === 'onnxruntime') {
    const model = await OnnxModel.open(entry, options);
    return await checked(model, options, () => onnxSubject(entry, model, options));
  }
  const tensors = await tensorBackend(backend);
  const network = await loadTfjsNetwork(entry, tensors, options.tap === 'pre-activation');
  const model = await TfjsModel.open(path, network, tensors, options);
  return await checked(model, options, () => Promise.resolve(tfjsSubject(path, model, network, tensors)));
}

/** The model once its images are known not to influence each other; closed where they do. */
async function checked(
  model: Model,
  { checkOutputs = true, oneByOne = false }: OpenOptions,
  subject: () => Promise<Subject>,
): Promise<Model> {
  if (!checkOutputs) return model;
  try {
    return await independent(await subject(), oneByOne);
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** Loads a tfjs network; `unfused`: with the activations of its convolutions apart. Throws UnreadableModelError. */
export async function loadTfjsNetwork(
  entry: string,
  tensors: TensorBackend,
  unfused: boolean,
): Promise<TfjsNetwork> {
  const json = await readModelJson(entry);
  return await (json.format === 'tfjs-graph'
    ? graphNetwork(entry, json, unfused)
    : layersNetwork(entry, json, tensors, unfused));
}

/**
 * The backend and build on which a checkpoint of this format would run, for content keys; on another platform where one
 * is named.
 */
export async function backendId(
  format: ModelFormat,
  wanted: Backend = 'auto',
  platform?: string,
  providers?: readonly Provider[],
): Promise<string> {
  const backend = backendFor(format, wanted, providers);
  if (backend === 'onnxruntime') return onnxBackendId(platform, providers);
  const { id } = await tensorBackend(backend);
  return platform !== undefined && id.startsWith('tfjs-node') ? tfjsNodeId(platform) : id;
}

/** Throws UnsupportedModelError where a checkpoint of this format does not run on it. */
export function backendFor(format: ModelFormat, wanted: Backend, providers?: readonly Provider[]): Backend {
  if (format === 'onnx') {
    if (wanted === 'auto' || wanted === 'onnxruntime') return 'onnxruntime';
    throw new UnsupportedModelError(`an ONNX model runs on the backend onnxruntime, not on ${wanted}`);
  }
  if (wanted === 'onnxruntime') {
    throw new UnsupportedModelError(
      'a tfjs model runs on the backends tfjs-node and wasm, not on onnxruntime',
    );
  }
  if (providers !== undefined) {
    throw new UnsupportedModelError(
      `providers (${providers.join(', ')}) are those of onnxruntime, on which a tfjs model does not run`,
    );
  }
  return wanted;
}
