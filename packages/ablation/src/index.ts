export { ablate, type AblateOptions, type Ablation } from './ablate.js';
export { ablationAreasTable, ablationTable } from './ablation-tables.js';
export { readClassNames } from './class-indices.js';
export type { AblationCurve, CurveArea, CurvePoint, Metric, Scope } from './curve.js';
export { AblationInterruptedError, AblationOptionError, ClassIndexError } from './errors.js';
export type { AblationProgress } from './evaluate.js';
export type { Direction } from './unit-orders.js';
export { keepAblation } from './keep-ablation.js';
