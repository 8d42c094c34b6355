import { fisherInterval, studentInterval, type Interval } from '@unitscope/entropy';
import type { Claimed, Measure } from '../claims/measure.js';

/** What the networks of one condition say of a claim. */
export const FINDINGS = ['supported', 'contradicted', 'negligible', 'open', 'not applicable'] as const;
export type Finding = (typeof FINDINGS)[number];

/** Fewer networks than this decide nothing. */
export const FEWEST_NETWORKS = 3;

/** The rule of all claims, as the page states it. */
export const RULE = [
  'Conditions (an architecture and how it is trained) are named in the code before any number is there, and each has one verdict. Layers of one network are one outcome: the value of a network is of its last layer, or of all its layers together, as the case says. What is shown of single layers, and architectures that the paper does not ask about, are explorations: they have figures and no verdict.',
  `A condition has one value a network; networks differ in their seed, and fewer than ${FEWEST_NETWORKS} decide nothing. Its interval is the 95 % one of Student’s t over networks; of correlations, after Fisher’s z; of shares and amounts it ends where they end. Values that are all the same have no interval, and decide nothing unless it is claimed that nothing changes. An interval that is narrower than the last digit is not shown.`,
  'Of a measure, in this order. Negligible: the whole interval lies within the margin stated, on whichever side. Supported: it lies on the claimed side. Contradicted: it lies on the other side, so that it is significantly the other way. Open: anything else. Where nothing should change, supported is an interval wholly within the margin, contradicted one wholly outside. Exactness is no matter of chance: every network that was looked at must be within the tolerance, however few they are.',
  'Of a condition with several measures that decide: contradicted where one of them is, else negligible where one is, else supported where all are, else open; and always open where a control fails. What is judged apart decides nothing.',
  'Not applicable: the premise of the claim is not met there (such as ReLU6 for a claim on rescaling). It stands there as a control.',
  'Every measure is at 95 % by itself: of forty without any effect one would be supported by chance, and one contradicted. A condition in which two measures decide is contradicted by chance up to twice as often, and supported less often.',
  'All networks of a page share one draw of images, to learn, to be measured and held out: an interval says how networks differ, and nothing of other images.',
];

/** The 95 % interval of a measure's mean over networks; null for fewer than two, and where nothing varies. */
export function measureInterval(
  values: readonly number[],
  scale: Measure['scale'] = 'linear',
): Interval | null {
  if (values.length < 2 || !values.every(Number.isFinite)) return null;
  if (values.every((value) => value === values[0])) return null;
  const found = scale === 'correlation' ? fisherInterval(values) : studentInterval(values);
  if (found === null) return null;
  const isAmount = scale === 'share' || scale === 'amount';
  return {
    low: isAmount ? Math.max(0, found.low) : found.low,
    high: scale === 'share' ? Math.min(1, found.high) : found.high,
  };
}

/** What one measure's values, one a network, say. */
export function measureFinding(
  values: readonly number[],
  claimed: Claimed,
  scale: Measure['scale'] = 'linear',
): Finding {
  if (values.length === 0 || !values.every(Number.isFinite)) return 'open';
  if (claimed.kind === 'within')
    return values.every((value) => Math.abs(value) <= claimed.tolerance) ? 'supported' : 'contradicted';
  if (values.length < FEWEST_NETWORKS) return 'open';
  switch (claimed.kind) {
    case 'control':
      return values.every((value) => value >= claimed.atLeast) ? 'supported' : 'open';
    case 'near': {
      const { margin } = claimed;
      // What does not vary has no interval, and is where it is.
      const { low, high } = measureInterval(values, scale) ?? {
        low: values[0] ?? NaN,
        high: values[0] ?? NaN,
      };
      if (low >= -margin && high <= margin) return 'supported';
      return low > margin || high < -margin ? 'contradicted' : 'open';
    }
    default: {
      const interval = measureInterval(values, scale);
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

/** The verdict of a condition, from the findings of the measures that decide and of its controls. */
export function conditionFinding(deciding: readonly Finding[], controls: readonly Finding[]): Finding {
  if (deciding.length === 0 || controls.some((finding) => finding !== 'supported')) return 'open';
  if (deciding.includes('contradicted')) return 'contradicted';
  if (deciding.includes('negligible')) return 'negligible';
  return deciding.every((finding) => finding === 'supported') ? 'supported' : 'open';
}

/** The question "do we find what the paper says?", answered. */
export const AGREES: Readonly<Record<Finding, string>> = {
  supported: 'yes',
  contradicted: 'no: the other way',
  negligible: 'no: too small to matter',
  open: 'cannot be told',
  'not applicable': 'not asked there',
};
