export {
  byLayerAndCategory,
  cellCount,
  checkpointCells,
  checkpointTasks,
  type Cell,
  type Task,
  layersOf,
} from './cells.js';
export { checkpointLabels } from './checkpoint-labels.js';
export { activationsDigest, batchSizeOf, cellKeys, checkpointDigest, type CellKeys } from './content-key.js';
export { DEFAULT_TASK_TIMEOUT, DURATION, durationMs } from './duration.js';
export { ManifestError, ManifestVersionError, SpecError, StoredRecordError } from './errors.js';
export { extendManifest } from './extend-manifest.js';
export {
  manifestFormat,
  SEMANTICS_VERSION,
  type FilesManifest,
  type LayerSet,
  type Manifest,
  type ManifestFileCell,
  type ManifestSourceFile,
  type ManifestCategory,
  type ManifestCheckpoint,
  type ManifestFile,
  type ManifestImage,
  type ManifestLayer,
  type ManifestModel,
  type ManifestWeights,
  type ManifestWork,
  type MapShape,
  type MetaValue,
  type ModelsManifest,
  type ShownImages,
} from './manifest.js';
export { decodeManifest, encodeManifest } from './manifest-text.js';
export { digestSchema, fileNameSchema } from './manifest-schema.js';
export { firstIssue } from './issue-text.js';
export { sha256 } from './sha256.js';
export { compareSettings, trainingsOf, type Training, type Trainings } from './trainings.js';
export {
  CONTENT_FOLDERS,
  CONTENT_OBJECT,
  contentObject,
  contentPrefix,
  SWEEPS_FOLDER,
} from './store-folders.js';
export { type Definition } from './spec.js';
export { specDigest } from './spec-digest.js';
export { parseStored } from './stored-json.js';
export { parseImages, parseSpec } from './spec-parser.js';
export { PROVIDERS, TAP_KINDS, type Provider, type TapKind, type TrainerName } from './models-spec.js';
export {
  specJsonSchema,
  SWEEP_NAME,
  type ModelsSource,
  type ShownImagesSource,
  type Spec,
  type StatisticsSpec,
} from './spec.js';
