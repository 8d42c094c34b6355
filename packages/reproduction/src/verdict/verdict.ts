import { studentInterval } from '@unitscope/entropy';
import type { Claimed } from '../claims/measure.js';

/** What the networks of one case say of a claim. */
export const FINDINGS = ['supported', 'contradicted', 'negligible', 'open'] as const;
export type Finding = (typeof FINDINGS)[number];
export type Verdict = 'holds' | 'holds with conditions' | 'does not hold' | 'undecided';

/** Fewer networks than this decide nothing. */
export const FEWEST_NETWORKS = 3;
/** The least share of cases that makes conditions of them; chance alone supports one case in forty. */
const LEAST_SHARE = 0.2;

/** The rule of all claims, as the page states it. */
export const RULE = [
  `A case is one architecture, and one layer of it where the claim is about layers. It has one value a network; networks differ in their seed, and fewer than ${FEWEST_NETWORKS} decide nothing.`,
  'A required measure is supported where the 95 % interval of its mean over networks (Student’s t) lies on the claimed side, contradicted where it lies on the other, negligible where it lies within the margin stated, open otherwise. Where a measure must be exact, every network must be within the tolerance.',
  'A case is supported where all its required measures are; contradicted where one is contradicted; negligible where one is negligible; open otherwise, and always where a control fails.',
  `A claim holds where all cases are supported; holds with conditions where at least a fifth of them are, and they are named; does not hold where fewer are and at least half are contradicted or negligible; else it is undecided.`,
];

/** What one measure's values, one a network, say. */
export function measureFinding(values: readonly number[], claimed: Claimed): Finding {
  if (values.length < FEWEST_NETWORKS || !values.every(Number.isFinite)) return 'open';
  switch (claimed.kind) {
    case 'control':
      return values.every((value) => value >= claimed.atLeast) ? 'supported' : 'open';
    case 'within':
      return values.every((value) => Math.abs(value) <= claimed.tolerance) ? 'supported' : 'contradicted';
    default: {
      const interval = studentInterval(values);
      if (interval === null) return 'open';
      const sign = claimed.kind === 'above' ? 1 : -1;
      // As distances towards the claimed side.
      const [near, far] = [
        sign * (interval.low - claimed.bound),
        sign * (interval.high - claimed.bound),
      ].sort((a, b) => a - b) as [number, number];
      if (near >= -claimed.negligible && far <= claimed.negligible) return 'negligible';
      return near > 0 ? 'supported' : far < 0 ? 'contradicted' : 'open';
    }
  }
}

/** What a case says, from the findings of its required measures and of its controls. */
export function caseFinding(required: readonly Finding[], controls: readonly Finding[]): Finding {
  if (required.length === 0 || controls.some((finding) => finding !== 'supported')) return 'open';
  if (required.includes('contradicted')) return 'contradicted';
  if (required.includes('negligible')) return 'negligible';
  return required.every((finding) => finding === 'supported') ? 'supported' : 'open';
}

/** How many cases there are of each finding. */
export function countFindings(findings: readonly Finding[]): Record<Finding, number> {
  const counts = { supported: 0, contradicted: 0, negligible: 0, open: 0 };
  for (const finding of findings) counts[finding]++;
  return counts;
}

/** The verdict from the findings of all cases. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const { supported, contradicted, negligible } = countFindings(findings);
  if (findings.length === 0) return 'undecided';
  if (supported === findings.length) return 'holds';
  if (supported > 0 && supported >= LEAST_SHARE * findings.length) return 'holds with conditions';
  return contradicted + negligible >= findings.length / 2 ? 'does not hold' : 'undecided';
}
