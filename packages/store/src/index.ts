export { checkConformance, type ConformanceFinding } from './conformance.js';
export { AllowedStores, storesOf } from './allowed-stores.js';
export { proveStore } from './proven-store.js';
export { labelSegment } from './label-segment.js';
export type { ListedObject, ObjectInfo, ObjectReader, ObjectStore, ObjectWriter } from './object-store.js';
export { openStore } from './open-store.js';
export {
  BucketMissingError,
  DigestMismatchError,
  ObjectKeyError,
  ObjectNotFoundError,
  ObjectRangeError,
  StoreAccessError,
  StoreChecksumError,
  StoreClockError,
  StoreConformanceError,
  StoreFailureError,
  StoreFullError,
  StoreLinkError,
  StoreNotAllowedError,
  StoreRegionError,
  StoreUnreachableError,
  StoreUriError,
} from './store-errors.js';
export { takeStoreTraffic, type StoreTraffic } from './store-traffic.js';
