import { CONFIGURATIONS, type Configuration } from './networks/configuration.js';

/** How much is done. Everything in it changes numbers; the page prints it. */
export interface Settings {
  readonly extent: 'quick' | 'full';
  /** Networks a configuration, each from a seed of its own: the unit of replication. */
  readonly seeds: number;
  readonly configurations: readonly Configuration[];
  /** Training images a category; the same ones are measured. */
  readonly images: number;
  /** Bound on the steps of a training. */
  readonly mostSteps: number;
  readonly memorisation: {
    readonly configurations: readonly Configuration[];
    readonly images: number;
    /** Shares of corrupted labels in percent, ascending. */
    readonly corruption: readonly number[];
  };
  readonly rescaling: {
    readonly layers: readonly string[];
    readonly factors: readonly number[];
    /** Architectures that are trained with ReLU6 and SiLU too. */
    readonly bent: readonly Configuration[];
  };
  readonly ablation: {
    readonly layers: readonly string[];
    readonly steps: number;
  };
  readonly curve: {
    /** Images a category that are measured; halves of them are compared. */
    readonly images: number;
    readonly sizes: readonly number[];
  };
}

const ALL_CORRUPTION = [0, 20, 40, 60, 80, 100];
const [POOLING, , FLATTEN] = CONFIGURATIONS as [Configuration, Configuration, Configuration];

const FULL: Settings = {
  extent: 'full',
  seeds: 5,
  configurations: CONFIGURATIONS,
  images: 100,
  mostSteps: Infinity,
  memorisation: { configurations: CONFIGURATIONS, images: 50, corruption: ALL_CORRUPTION },
  rescaling: { layers: ['conv1', 'conv3', 'conv5'], factors: [0.25, 2, 3], bent: [POOLING, FLATTEN] },
  ablation: { layers: ['conv5'], steps: 6 },
  curve: { images: 400, sizes: [10, 20, 30, 50, 75, 100, 150, 200] },
};

const QUICK: Settings = {
  ...FULL,
  extent: 'quick',
  seeds: 3,
  memorisation: { configurations: [POOLING, FLATTEN], images: 50, corruption: [0, 100] },
  rescaling: { layers: ['conv3'], factors: [0.25, 3], bent: [FLATTEN] },
  ablation: { layers: ['conv5'], steps: 4 },
  curve: { images: 200, sizes: [10, 20, 30, 50, 75, 100] },
};

/** `seeds` left out: as many as the extent has. */
export function settingsOf(extent: Settings['extent'], seeds?: number): Settings {
  const base = extent === 'full' ? FULL : QUICK;
  return { ...base, seeds: seeds ?? base.seeds };
}
