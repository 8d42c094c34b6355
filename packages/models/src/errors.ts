import { InputError } from '@unitscope/base';

/** The file is no checkpoint that can be read: missing, damaged, or of a format unitscope does not know. */
export class UnreadableModelError extends InputError {
  readonly code = 'MODEL_UNREADABLE';
}

/** A checkpoint of a format that must be converted first; the message names the command. */
export class UnsupportedFormatError extends InputError {
  readonly code = 'MODEL_FORMAT_UNSUPPORTED';
}

/** A checkpoint that was read but cannot be fed with images, or not run on the chosen backend. */
export class UnsupportedModelError extends InputError {
  readonly code = 'MODEL_UNSUPPORTED';
}

/** A layer, or a pattern of layers, that names nothing in the checkpoint. */
export class UnknownLayerError extends InputError {
  readonly code = 'LAYER_UNKNOWN';
}

/** The tensor backend that was asked for is not installed or does not load. */
export class BackendMissingError extends InputError {
  readonly code = 'BACKEND_MISSING';
}

/** A network makes other outputs than its file says, or than it made when it was opened. */
export class ModelOutputError extends InputError {
  readonly code = 'MODEL_OUTPUT_MISMATCH';
}

/** A layer's maps are others when they are made by another route: what was read of the file cannot be trusted. */
export class LayerCheckError extends InputError {
  readonly code = 'LAYER_CHECK_FAILED';
}

/** The units of a layer cannot be ablated, or the network's output holds no class scores. */
export class AblationError extends InputError {
  readonly code = 'ABLATION_IMPOSSIBLE';
}

/** The folder that a model would be saved to holds something else. */
export class ModelFolderError extends InputError {
  readonly code = 'MODEL_FOLDER_TAKEN';
}

/** A layer that cannot be rescaled without changing what the network computes, or whose weights cannot be written. */
export class RescaleError extends InputError {
  readonly code = 'RESCALE_REFUSED';
}
