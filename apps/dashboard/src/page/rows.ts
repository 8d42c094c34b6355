// What the server's tables hold, by view.

export interface TrendRow {
  readonly layer: string;
  readonly layer_index: number | null;
  readonly checkpoint: string;
  readonly step: number;
  readonly entropy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly relative: number | null;
  readonly relative_low: number | null;
  readonly relative_high: number | null;
  readonly selective_rate: number | null;
  readonly against: number | null;
}

export interface LayerRow {
  readonly layer: string;
  readonly map_size: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly relative_last: number | null;
  readonly selective_rate_last: number | null;
  readonly settled: string | null;
  readonly settled_at: number | null;
  readonly settles: boolean;
  readonly pearson: number | null;
  readonly pearson_low: number | null;
  readonly pearson_high: number | null;
  readonly spearman: number | null;
  readonly spearman_low: number | null;
  readonly spearman_high: number | null;
  readonly p: number | null;
  readonly lag: number | null;
  readonly lag_r: number | null;
}

export interface SettingRow {
  readonly setting: string;
  readonly trainings: number;
  readonly score: number;
}

export interface SpreadRow {
  readonly checkpoint: string;
  readonly layer: string;
  readonly units: number;
  readonly sensitive: number;
  readonly cell_mean: number | null;
  readonly q05: number | null;
  readonly q25: number | null;
  readonly q50: number | null;
  readonly q75: number | null;
  readonly q95: number | null;
  readonly values: ArrayLike<number>;
}

export interface HeatRow {
  readonly unit: number;
  readonly values: ArrayLike<number | null>;
}

export interface DeadRow {
  readonly layer: string;
  readonly unit: number;
  readonly last_alive: string;
  readonly last_alive_at: number;
  readonly checkpoints_alive: number;
}

export interface ChangedRow {
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
  readonly change: string;
}

export interface LayerDifferenceRow {
  readonly layer: string | null;
  readonly category: string | null;
  readonly units_a: number;
  readonly units_b: number;
  readonly cells_a: number;
  readonly cells_b: number;
  /** Over how many trainings the means are; null within one training. */
  readonly runs_a: number | null;
  readonly runs_b: number | null;
  readonly mean_a: number | null;
  readonly mean_b: number | null;
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
  readonly q: number | null;
  readonly effect: number | null;
  readonly certain: boolean;
  /** Why there is no test; null: there is one. */
  readonly untested: string | null;
  readonly died: number;
  readonly awoke: number;
}

export interface UnitDifferenceRow {
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
  readonly entropy_a: number;
  readonly entropy_b: number;
  readonly difference: number;
  readonly sensitive_a: boolean;
  readonly sensitive_b: boolean;
  readonly p: number | null;
  readonly q: number | null;
}

export interface UnitPathRow {
  readonly checkpoint: string;
  readonly step: number;
  readonly category: string | null;
  readonly entropy: number;
  readonly selective_rate: number;
  readonly ineffectiveness: number;
  readonly births: number;
  readonly images: number;
  readonly sensitive: boolean;
}

export interface BirthRow {
  readonly index: number;
  readonly images: number;
}

export interface ImageBirthRow {
  readonly category: string | null;
  readonly image: string;
  readonly index: number | null;
}

export interface FailureRow {
  readonly checkpoint: string;
  readonly layer: string | null;
  readonly category: string | null;
  readonly task: string;
  readonly attempts: number;
  readonly code: string;
  readonly message: string;
}
