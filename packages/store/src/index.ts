export { labelSegment } from './label-segment.js';
export type { ListedObject, ObjectInfo, ObjectReader, ObjectStore, ObjectWriter } from './object-store.js';
export { openStore } from './open-store.js';
export {
  DigestMismatchError,
  ObjectKeyError,
  ObjectNotFoundError,
  ObjectRangeError,
  StoreAccessError,
  StoreFailureError,
  StoreFullError,
  StoreUriError,
} from './store-errors.js';
