export { memorySource, type ByteSource } from './byte-source.js';
export { FileSource } from './file-source.js';
export * from './errors.js';
export {
  ActivationsFile,
  openActivations,
  type ActivationsBlock,
  type BlocksOptions,
  type OpenActivationsOptions,
} from './activations/activations-file.js';
export { ImageLabels } from './activations/image-labels.js';
export { SeenMaps } from './activations/seen-maps.js';
