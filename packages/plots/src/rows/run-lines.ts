/** A value at a training step; null where there is none. */
export interface RunPoint {
  readonly step: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** One training. */
export interface RunLine {
  readonly run: string;
  readonly points: readonly RunPoint[];
}

/** Trainings that share a value of what they are coloured by, and their mean. */
export interface RunGroup {
  /** As `lr=0.01`; `all trainings` where they are not coloured. */
  readonly name: string;
  /** How many trainings the mean is over. */
  readonly count: number;
  /** Those that are drawn. */
  readonly runs: readonly RunLine[];
  /** At the steps that every one of them has: a mean over other trainings at each step would jump where none did. */
  readonly mean: readonly RunPoint[];
}

/** A panel: a layer, or a value of what the trainings are split by. */
export interface RunFacet {
  readonly name: string;
  readonly layer: string;
  readonly groups: readonly RunGroup[];
}

/** Several trainings side by side. */
export interface DrawnRuns {
  readonly axis: string | null;
  /** Whether steps are spaced so that they are drawn like a logarithm. */
  readonly isLogarithmic: boolean;
  readonly against: string | null;
  readonly category: string | null;
  /** How many there are. */
  readonly trainings: number;
  /** H of the layers, H / H of noise of them, and the metadata column. */
  readonly facets: readonly RunFacet[];
  readonly relative: readonly RunFacet[];
  readonly column: readonly RunFacet[];
  /** What is not all drawn, and which settings have no interval. */
  readonly words: readonly string[];
}
