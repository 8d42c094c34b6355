import type { Trend } from '@unitscope/plots';
import type { Measure, Observation } from './measure.js';
import type { RealData } from '../real/real-claims.js';
import type { Workshop, SideTable } from './workshop.js';

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
