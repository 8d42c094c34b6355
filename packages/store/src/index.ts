export { checkConformance } from './conformance.js';
export { AllowedStores, storesOf } from './allowed-stores.js';
export { proveStore } from './proven-store.js';
export { labelSegment } from './label-segment.js';
export type { ListedObject, ObjectInfo, ObjectReader, ObjectStore, ObjectWriter } from './object-store.js';
export { openStore } from './open-store.js';
export { isStoreTrouble, ObjectNotFoundError, StoreNotAllowedError, StoreUriError } from './store-errors.js';
export { takeStoreTraffic, type StoreTraffic } from './store-traffic.js';
