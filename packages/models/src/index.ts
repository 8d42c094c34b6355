export type { AblatedBatch, AblatedNetwork } from './ablation/ablated-network.js';
export type { AblationOptions } from './ablation/onnx-ablation.js';
export { openAblation } from './ablation/open-ablation.js';
export {
  BackendMissingError,
  LayerCheckError,
  RescaleError,
  UnreadableModelError,
  UnsupportedFormatError,
} from './errors.js';
export { entryDigest } from './files/entry-bytes.js';
export { fileBeside } from './files/file-beside.js';
export { kerasToOnnx } from './tfjs/keras-to-onnx.js';
export { checkLayers, type CheckOptions } from './check/check-layers.js';
export type { LayerCheck, Verdict } from './check/layer-check.js';
export { refuseOtherChannels, type ImageSize } from './input-size.js';
export { reinitialiseOnnx } from './rescaling/reinitialise-onnx.js';
export type { RescaleOptions } from './rescaling/rescale-plan.js';
export { rescaleModel, type Rescaling } from './rescaling/rescale.js';
export {
  croppable,
  selectLayers,
  type Layer,
  type LayerKind,
  type NonSquare,
  type UnseenConvolution,
} from './layer.js';
export { modelFiles, namedFiles } from './files/model-files.js';
export type { InputSize, MapMemory, Model, ModelFormat, OnMaps, OpenOptions } from './model.js';
export { NATIVE, nativeMemory } from './native/native-section.js';
export { cApiProblem } from './c-api/c-api-route.js';
export { releaseLeft } from './c-api/live-sessions.js';
export { backendId, openModel } from './open-model.js';
export { onTheCpu, providersOf } from './providers/execution-providers.js';
export { refuseAbsentProviders, tryProviders } from './providers/provider-trials.js';
export { seededShuffle } from '@unitscope/base';
export { modelStructure } from './structure/model-structure.js';
export { type Backend, plainBackend, tensorBackend } from './tfjs/tensor-backend.js';
export type { BoundParameter } from './weights/binding.js';
export {
  isWeightFile,
  openWeights,
  torchScalars,
  weightFileNames,
  weightFiles,
} from './weights/open-weights.js';
export { bindWeights, boundDigest, networkDigest } from './weights/read-network.js';
export type { WeightsOptions } from './weights/weights-options.js';
export { writeBound } from './weights/write-bound.js';
export { fileVersion, writtenSince, type FileVersions } from './files/file-version.js';
export { createSession } from './onnx/onnx-session.js';
export { artifactWriter } from './tfjs/tfjs-artifacts.js';
