import type { SweepProgress } from '@unitscope/engine';
import type { SweepResults } from '@unitscope/query';
import type { ExampleImages } from '../networks/example-images.js';
import type { RealNetwork } from '../real/given-network.js';
import type { Settings } from '../settings.js';
import type { TrainingRun } from '../networks/training-run.js';

/** What a claim needs to be measured: where files go, and the two things that take time. */
export interface Workshop {
  readonly settings: Settings;
  readonly images: ExampleImages;
  /** The network that `--model` gave, with its photographs; null without. */
  readonly real: RealNetwork | null;
  /** Folder of trained networks, of copies that a claim makes of them, and of sweep specs. */
  readonly networks: string;
  readonly copies: string;
  readonly specs: string;
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Trains what is not trained yet. */
  train(runs: readonly TrainingRun[]): Promise<void>;
  /** Runs a sweep; `models` are those of a spec, its paths relative to the folder of specs. */
  sweep(
    name: string,
    models: Readonly<Record<string, unknown>>,
    options?: Readonly<Record<string, unknown>>,
  ): Promise<SweepResults>;
  readonly onProgress: ((sweep: string, progress: SweepProgress) => void) | undefined;
}

/** A table beside the effects. */
export interface SideTable {
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}
