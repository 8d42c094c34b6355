export type { AblatedBatch, AblatedNetwork } from './ablated-network.js';
export type { AblationOptions } from './onnx-ablation.js';
export { openAblation } from './open-ablation.js';
export {
  AblationError,
  BackendMissingError,
  LayerCheckError,
  ModelFolderError,
  ModelOutputError,
  RescaleError,
  TrainingOptionError,
  UnknownLayerError,
  UnreadableModelError,
  UnsupportedFormatError,
  UnsupportedModelError,
} from './errors.js';
export {
  logarithmicSteps,
  trainExampleCnn,
  type ExampleCnnOptions,
  type Snapshot,
} from './training/example-cnn.js';
export {
  EXAMPLE_ACTIVATIONS,
  EXAMPLE_HEADS,
  type ExampleNetworkOptions,
} from './training/example-network.js';
export { fileBeside } from './files/file-beside.js';
export { kerasToOnnx } from './keras-to-onnx.js';
export { checkLayers, type CheckOptions } from './check/check-layers.js';
export type { LayerCheck, Verdict } from './check/layer-check.js';
export { corruptLabels } from './training/label-corruption.js';
export { refuseOtherChannels, type ImageSize } from './input-size.js';
export { reinitialiseOnnx } from './reinitialise-onnx.js';
export type { RescaleOptions } from './rescale-plan.js';
export { rescaleModel, type Rescaling } from './rescale.js';
export {
  croppable,
  selectLayers,
  type ConvolutionKind,
  type Layer,
  type LayerKind,
  type NonSquare,
  type UnseenConvolution,
} from './layer.js';
export { modelFiles, namedFiles, type ModelFile, type ModelFiles } from './model-files.js';
export type { InputSize, MapMemory, Model, ModelFormat, OnMaps, OpenOptions } from './model.js';
export { NATIVE } from './native-section.js';
export type { LabelledImages } from './training/training-set.js';
export { backendId, openModel } from './open-model.js';
export { onTheCpu, providersOf } from './providers/execution-providers.js';
export { refuseAbsentProviders, tryProviders } from './providers/provider-trials.js';
export { seededShuffle } from './seeded-shuffle.js';
export { modelStructure } from './structure/model-structure.js';
export type { Backend } from './tensor-backend.js';
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
