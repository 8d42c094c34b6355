import { expect, it } from 'vitest';
import type { Claim } from '../src/claims/claim.ts';
import type { Observation } from '../src/claims/measure.ts';
import { depth } from '../src/claims/depth.ts';
import { trained } from '../src/claims/trained.ts';
import type { ClaimSection } from '../src/page/claim-section.ts';
import { fixed, withInterval } from '../src/page/interval-text.ts';
import { pageBlocks } from '../src/page/page.ts';
import { judge } from '../src/verdict/effects.ts';

it('writes no interval that is narrower than the last digit', () => {
  expect(withInterval(-0.5, { low: -0.6, high: -0.4 })).toBe('−0.500 [−0.600, −0.400]');
  expect(withInterval(3, { low: 2.9999, high: 3.0001 }, 2)).toBe('3.00');
  expect(withInterval(3, { low: 2.9999, high: 3.0001 }, 4)).toBe('3.0000 [2.9999, 3.0001]');
  expect(withInterval(NaN, null)).toBe('–');
  expect(fixed(-0.0001)).toBe('0.000');
});

/** The rows of the table of the paper beside ours, of one claim on a network that was given. */
function rowsOf(claim: Claim, values: Record<string, number[]>): (string | number)[][] {
  const conditions = [{ name: 'given', asked: 'paper', unmet: null }] as const;
  const observations: Observation[] = Object.entries(values).flatMap(([measure, own]) =>
    own.map((value, index) => ({ configuration: 'given', part: '', measure, seed: index + 1, value })),
  );
  const data = { observations: [], chart: null, tables: [], notes: [] };
  const section: ClaimSection = {
    claim,
    method: '',
    data: {
      ...data,
      real: { ...data, network: 'given', repeats: 'random initialisations', conditions, observations },
    },
    judgement: { conditions: [], parts: [] },
    real: judge(claim.measures, conditions, observations),
    svg: null,
  };
  const facts = { command: '', date: '', machine: '', facts: [], missing: [], realGiven: true };
  const [table] = pageBlocks([section], facts).filter(({ kind }) => kind === 'table');
  return table?.kind === 'table' ? table.rows.map((row) => [...row]) : [];
}

it('counts a network that was given once, and says beside a yes what is the other way', () => {
  const falls = [-0.6, -0.61, -0.62];
  const rises = [0.2, 0.21, 0.22];
  const [row] = rowsOf(trained, { mean_change: falls, last_change: falls, rate_change: falls });
  expect(row?.at(-2)).toBe('1, 3 random initialisations');
  expect(row?.at(-1)).toMatch(
    /^yes; but ε trained − random, all layers but the last: the other way, −0\.610/,
  );
  const [other] = rowsOf(trained, { mean_change: rises, last_change: rises, rate_change: falls });
  expect(other?.at(-1)).toBe('no: the other way');
  expect(rowsOf(depth, { entropy_slope: falls, slope_beyond_random: falls })[0]?.at(-1)).toBe('yes');
});
