export { CLAIMS } from './claims/claim.js';
export { ReproductionOptionError } from './errors.js';
export type { RealNetworkOptions } from './real/real-network.js';
export { reproduce, type ClaimOutcome, type ReproduceOptions } from './reproduce.js';
export type { Settings } from './settings.js';
export type { Finding } from './verdict/verdict.js';
export { reproduceZoo, type ZooOptions } from './zoo/zoo.js';
