import type { SweepProgress } from '@unitscope/engine';
import type { Trend } from '@unitscope/plots';
import type { SweepResults } from '@unitscope/query';
import type { ExampleImages } from '../networks/example-images.js';
import type { Measure, Observation } from './measure.js';
import type { RealData } from '../real/real-claims.js';
import type { RealNetwork } from '../real/real-network.js';
import type { Settings } from '../settings.js';
import type { TrainingRun } from '../networks/training-run.js';

/** In the order in which they are measured and shown: those that share trainings first. */
export const CLAIMS = [
  'trained',
  'rescaling',
  'depth',
  'trend',
  'images',
  'ablation',
  'generalization',
] as const;
export type ClaimName = (typeof CLAIMS)[number];

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

/** What was measured for a claim. */
export interface ClaimData {
  /** Values of measures; the cases in the order in which they are to be shown. */
  readonly observations: readonly Observation[];
  readonly chart: Trend | null;
  readonly tables: readonly SideTable[];
  /** Sentences that the numbers call for. */
  readonly notes: readonly string[];
  /** The same on the network that `--model` gave; null without one, or where the claim is not asked of it. */
  readonly real?: RealData | null;
}

/** A claim of the paper: what it says, how it is measured, and what decides it; all stated before any number. */
export interface Claim {
  readonly name: ClaimName;
  readonly title: string;
  /** The paper's claim in a sentence. */
  readonly statement: string;
  readonly measures: readonly Measure[];
  /** What a case is, where its rule differs from the common one, and what supports it. */
  readonly rule: string;
  /** The controls that stand beside it. */
  readonly controls: readonly string[];
  /** What is done with these settings. */
  method(workshop: Workshop): string;
  measure(workshop: Workshop): Promise<ClaimData>;
}
