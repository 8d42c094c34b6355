import {
  signFlipInterval,
  signFlipTest,
  stratifiedBootstrap,
  studentInterval,
  type Interval,
  type PermutationTest,
} from '@unitscope/entropy';
import type { Measure, Observation } from '../claims/measure.js';
import {
  caseFinding,
  countFindings,
  measureFinding,
  verdictOf,
  type Finding,
  type Verdict,
} from './verdict.js';

/** A measure's values over the networks of one case. */
export interface CaseEffect {
  readonly measure: string;
  readonly values: readonly number[];
  readonly mean: number;
  /** 95 % by Student's t over networks; null for fewer than two. */
  readonly interval: Interval | null;
  /** null for a measure that decides nothing. */
  readonly finding: Finding | null;
}

export interface CaseResult {
  readonly configuration: string;
  readonly part: string;
  readonly effects: readonly CaseEffect[];
  readonly finding: Finding;
}

/**
 * The first required measure over all networks: each counts once, with the mean over its cases. Where a measure has to be
 * exact, what is the mean of cases in which it is and is not says nothing: there is none.
 */
export interface OverallEffect {
  readonly measure: string;
  readonly networks: number;
  readonly mean: number;
  /**
   * Networks resampled within their architecture; null where each has but one, and where all are one, as of one trained
   * network measured again.
   */
  readonly bootstrap: Interval | null;
  /** Are the networks' values symmetric about the bound of the claim? */
  readonly test: PermutationTest | null;
  readonly permutation: Interval | null;
}

export interface Judgement {
  readonly cases: readonly CaseResult[];
  /** How many cases there are of each. */
  readonly findings: Readonly<Record<Finding, number>>;
  readonly overall: OverallEffect | null;
  readonly verdict: Verdict;
}

/** Judges a claim by the rule of verdict.ts. Observations come in the order in which cases are to be shown. */
export function judge(
  claim: string,
  measures: readonly Measure[],
  observations: readonly Observation[],
): Judgement {
  const keys = [
    ...new Set(observations.map(({ configuration, part }) => JSON.stringify([configuration, part]))),
  ];
  const cases = keys.map((key): CaseResult => {
    const [configuration = '', part = ''] = JSON.parse(key) as string[];
    const own = observations.filter((seen) => seen.configuration === configuration && seen.part === part);
    const effects = measures.map(({ name, claimed }): CaseEffect => {
      const values = own.filter(({ measure }) => measure === name).map(({ value }) => value);
      const interval = studentInterval(values);
      return {
        measure: name,
        values,
        mean: values.reduce((sum, value) => sum + value, 0) / values.length,
        interval: interval && { low: interval.low, high: interval.high },
        finding: claimed === undefined ? null : measureFinding(values, claimed),
      };
    });
    const findings = (isControl: boolean): Finding[] =>
      measures.flatMap(({ claimed }, index) => {
        const { finding = null } = effects[index] ?? {};
        return claimed !== undefined && finding !== null && (claimed.kind === 'control') === isControl
          ? [finding]
          : [];
      });
    return { configuration, part, effects, finding: caseFinding(findings(false), findings(true)) };
  });
  const found = cases.map(({ finding }) => finding);
  return {
    cases,
    findings: countFindings(found),
    overall: overallEffect(claim, measures, observations),
    verdict: verdictOf(found),
  };
}

function overallEffect(
  claim: string,
  measures: readonly Measure[],
  observations: readonly Observation[],
): OverallEffect | null {
  const first = measures.find(({ claimed }) => claimed !== undefined && claimed.kind !== 'control');
  if (first?.claimed === undefined || !('bound' in first.claimed)) return null;
  const networks = new Map<string, number[]>();
  for (const { measure, configuration, seed, value } of observations) {
    if (measure !== first.name || !Number.isFinite(value)) continue;
    const key = JSON.stringify([configuration, seed]);
    networks.set(key, [...(networks.get(key) ?? []), value]);
  }
  if (networks.size === 0) return null;
  const strata = new Map<string, number[]>();
  for (const [key, values] of networks) {
    const [configuration = ''] = JSON.parse(key) as string[];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    strata.set(configuration, [...(strata.get(configuration) ?? []), mean]);
  }
  const groups = [...strata.values()];
  const { bound } = first.claimed;
  const all = groups.flat();
  const mean =
    groups.reduce((sum, group) => sum + group.reduce((a, b) => a + b, 0) / group.length, 0) / groups.length;
  const shifted = all.map((value) => value - bound);
  const identity = `${claim}/${first.name}`;
  const spread = all.length < 2 || all.some((value) => value !== all[0]);
  return {
    measure: first.name,
    networks: all.length,
    mean,
    bootstrap:
      spread && groups.some(({ length }) => length > 1) ? stratifiedBootstrap(groups, identity) : null,
    test: spread ? signFlipTest(shifted, identity) : null,
    permutation: spread ? signFlipInterval(all, identity) : null,
  };
}
