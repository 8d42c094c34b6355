import type { Trend } from '@unitscope/plots';
import type { Condition, PaperCase } from './condition.js';
import type { Measure, Observation } from './measure.js';
import type { RealData } from '../real/real-claims.js';
import type { Settings } from '../settings.js';
import type { Workshop, SideTable } from './workshop.js';

/** In the order in which they are measured and shown: the paper's cases a to g, its rescaling, then what is asked beside it. */
export const CLAIMS = [
  'depth',
  'trained',
  'trend',
  'halving',
  'unit',
  'hyperparameters',
  'generalization',
  'ablation',
  'rescaling',
  'images',
  'construct',
] as const;
export type ClaimName = (typeof CLAIMS)[number];

/** What was measured for a claim. */
export interface ClaimData {
  /** Values of measures. */
  readonly observations: readonly Observation[];
  readonly chart: Trend | null;
  readonly tables: readonly SideTable[];
  /** Sentences that the numbers call for. */
  readonly notes: readonly string[];
  /** The same on the network that `--model` gave; null without one, or where the claim is not asked of it. */
  readonly real?: RealData | null;
}

/** A claim of the paper: what it says, of what it is asked, how it is measured, and what decides it; all before any number. */
export interface Claim {
  readonly name: ClaimName;
  readonly title: string;
  /** Where the paper says it, and what; null for a question of ours. */
  readonly paper: PaperCase | null;
  /** The paper's claim in a sentence. */
  readonly statement: string;
  readonly measures: readonly Measure[];
  /** What decides. */
  readonly rule: string;
  /** The controls that stand beside it. */
  readonly controls: readonly string[];
  /** What it is asked of; one verdict each. */
  conditions(settings: Settings): readonly Condition[];
  /** What is done with these settings. */
  method(workshop: Workshop): string;
  measure(workshop: Workshop): Promise<ClaimData>;
}
