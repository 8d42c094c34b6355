import { meanOf } from '@unitscope/base';
import { fisherMean, type Interval } from '@unitscope/entropy';
import type { Condition } from '../claims/condition.js';
import type { Measure, Observation } from '../claims/measure.js';
import { conditionFinding, measureFinding, measureInterval, type Finding } from './verdict.js';

/** A measure's values over the networks of one condition. */
export interface Effect {
  readonly measure: string;
  readonly values: readonly number[];
  /** Of correlations, after Fisher's z. */
  readonly mean: number;
  /** 95 % over networks; null for fewer than two, and where nothing varies. */
  readonly interval: Interval | null;
  /** null for a measure of which nothing is claimed, and where nothing is judged. */
  readonly finding: Finding | null;
}

/** One condition with its verdict. */
export interface ConditionResult {
  readonly condition: Condition;
  readonly networks: number;
  readonly effects: readonly Effect[];
  /** null for an exploration. */
  readonly verdict: Finding | null;
}

/** What is seen of a part (a layer, a map size) of the networks of a condition: an exploration. */
export interface PartResult {
  readonly configuration: string;
  readonly part: string;
  readonly networks: number;
  readonly effects: readonly Effect[];
}

export interface Judgement {
  readonly conditions: readonly ConditionResult[];
  readonly parts: readonly PartResult[];
}

/** Judges the conditions that were named by the rule of verdict.ts; what is of a part of a network decides nothing. */
export function judge(
  measures: readonly Measure[],
  conditions: readonly Condition[],
  observations: readonly Observation[],
): Judgement {
  return {
    conditions: conditions.map((condition) => {
      const own = observations.filter((seen) => seen.configuration === condition.name && seen.part === '');
      const isJudged = condition.asked === 'paper' && condition.unmet === null;
      const effects = effectsOf(measures, own, isJudged);
      return {
        condition,
        networks: networksOf(effects),
        effects,
        verdict: verdictOf(condition, measures, effects),
      };
    }),
    parts: partsOf(observations).map(({ configuration, part }) => {
      const own = observations.filter((seen) => seen.configuration === configuration && seen.part === part);
      const effects = effectsOf(measures, own, false);
      return { configuration, part, networks: networksOf(effects), effects };
    }),
  };
}

function verdictOf(
  condition: Condition,
  measures: readonly Measure[],
  effects: readonly Effect[],
): Finding | null {
  if (condition.asked === 'explored') return null;
  if (condition.unmet !== null) return 'not applicable';
  const findings = (isControl: boolean): Finding[] =>
    measures.flatMap(({ claimed, decides = true }, index) => {
      const finding = effects[index]?.finding ?? null;
      const counts = claimed !== undefined && decides && (claimed.kind === 'control') === isControl;
      return counts && finding !== null ? [finding] : [];
    });
  return conditionFinding(findings(false), findings(true));
}

/** `isJudged`: of explorations and of controls there are figures, and no findings. */
function effectsOf(
  measures: readonly Measure[],
  observations: readonly Observation[],
  isJudged: boolean,
): Effect[] {
  return measures.map(({ name, claimed, scale }): Effect => {
    const values = observations.filter(({ measure }) => measure === name).map(({ value }) => value);
    return {
      measure: name,
      values,
      mean: values.length === 0 ? NaN : scale === 'correlation' ? fisherMean(values) : meanOf(values),
      interval: measureInterval(values, scale),
      finding: claimed === undefined || !isJudged ? null : measureFinding(values, claimed, scale),
    };
  });
}

function networksOf(effects: readonly Effect[]): number {
  return Math.max(0, ...effects.map(({ values }) => values.length));
}

/** The parts that were seen, in their order. */
function partsOf(observations: readonly Observation[]): { configuration: string; part: string }[] {
  const keys = observations
    .filter(({ part }) => part !== '')
    .map(({ configuration, part }) => JSON.stringify([configuration, part]));
  return [...new Set(keys)].map((key) => {
    const [configuration = '', part = ''] = JSON.parse(key) as string[];
    return { configuration, part };
  });
}
