export { ablate, type AblateOptions, type Ablation } from './ablate.js';
export { ablationAreasTable, ablationTable } from './ablation-tables.js';
export { readClassNames, type ClassNames } from './class-indices.js';
export type { AblationCurve, CurveArea, CurvePoint, Metric, Scope } from './curve.js';
export {
  AblationInterruptedError,
  AblationOptionError,
  ClassIndexError,
  EvaluationFailedError,
  ScoresNotFiniteError,
} from './errors.js';
export type { AblationProgress } from './evaluate.js';
export { MEASURES, type Direction, type Measure } from './measure.js';
export type { UnitOrder } from './unit-orders.js';
