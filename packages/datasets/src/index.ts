export { decodeImage, imageLibraryId, type DecodeOptions, type Image } from './decode-image.js';
export {
  IdxError,
  MissingImagesError,
  PreprocessError,
  TooFewImagesError,
  UnreadableImageError,
} from './errors.js';
export type { Encoding, ImageRef, ImageSet } from './image-set.js';
export { openImages, type ImageSource } from './open-images.js';
export { preprocess, type InputShape } from './preprocess.js';
export { PREPROCESS_PRESETS, parsePreprocess, preprocessJson, type Preprocess } from './preprocess-spec.js';
export { sampleImages, type SampleOptions } from './sample-images.js';
