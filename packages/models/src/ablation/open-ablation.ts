import type { AblatedNetwork } from './ablated-network.js';
import { modelFiles } from '../files/model-files.js';
import { OnnxAblation, type AblationOptions } from './onnx-ablation.js';
import { backendFor, loadTfjsNetwork } from '../open-model.js';
import { tensorBackend } from '../tfjs/tensor-backend.js';
import { TfjsAblation } from './tfjs-ablation.js';

/**
 * Opens a checkpoint as openModel does, as a classifier of which units of one layer can be ablated. The layer has the
 * name that openModel lists it by, for the same kind of tap. Throws the InputErrors of this package: UnknownLayerError
 * for another name, AblationError where that layer cannot be ablated or the output holds no class scores.
 */
export async function openAblation(
  path: string,
  layer: string,
  options: AblationOptions = {},
): Promise<AblatedNetwork> {
  const { format, files } = await modelFiles(path);
  const entry = files[0]?.path ?? path;
  const backend = backendFor(format, options.backend ?? 'auto');
  if (backend === 'onnxruntime') return await OnnxAblation.open(entry, layer, options);
  const tensors = await tensorBackend(backend);
  const network = await loadTfjsNetwork(entry, tensors, true);
  try {
    return await TfjsAblation.open(path, layer, network, tensors, options);
  } catch (error) {
    network.dispose();
    throw error;
  }
}
