export { cropPhotos, type CropOptions } from './photo-crops.js';
export { DecodeMemory } from './decode/decode-memory.js';
export { decodeImage, imageLibraryId, type DecodeOptions, type Image } from './decode/decode-image.js';
export {
  ArchiveError,
  IdxError,
  ImageSourceError,
  ImageTableError,
  MissingImagesError,
  PreprocessError,
  TooFewImagesError,
  UnreadableImageError,
} from './errors.js';
export type { Encoding, ImageRef, ImageSet } from './image-set.js';
export type { ImageSource } from './image-source.js';
export { parseImageSource } from './image-source-schema.js';
export { openImages } from './open-images.js';
export { preprocess, type InputShape } from './preprocess/preprocess.js';
export {
  PREPROCESS_PRESETS,
  parsePreprocess,
  preprocessJson,
  type Preprocess,
} from './preprocess/preprocess-spec.js';
export { drawImages, type Drawn, type DrawOptions } from './draw-images.js';
