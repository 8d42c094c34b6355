import { encodeTable, textColumn, type TableSchema } from '@unitscope/tables';
import type { ClaimSection } from '../page/page.js';
import type { Judgement } from './effects.js';
import type { Observation } from '../claims/measure.js';
import type { Finding } from './verdict.js';

const text = { kind: 'utf8', nullable: false } as const;
const number = { kind: 'float64', nullable: false } as const;
const maybe = { kind: 'float64', nullable: true } as const;
const whole = { kind: 'uint32', nullable: false } as const;

/** One value a network: what every effect is made of. `network` is empty for the trained example networks. */
const observationsSchema = {
  name: 'reproduction-observations/1',
  columns: {
    claim: text,
    network: text,
    configuration: text,
    part: text,
    measure: text,
    seed: whole,
    value: number,
  },
} as const satisfies TableSchema;

/** One row a case and measure. */
const effectsSchema = {
  name: 'reproduction-effects/1',
  columns: {
    ...{ claim: text, network: text, configuration: text, part: text, measure: text },
    ...{ networks: whole, mean: number, low: maybe, high: maybe, finding: text, case_finding: text },
  },
} as const satisfies TableSchema;

/** One row a claim: the verdict, and its effect over all networks. */
const verdictsSchema = {
  name: 'reproduction-verdicts/1',
  columns: {
    ...{ claim: text, network: text, verdict: text },
    ...{ supported: whole, contradicted: whole, negligible: whole, open: whole },
    ...{ measure: text, networks: whole, mean: maybe },
    ...{
      bootstrap_low: maybe,
      bootstrap_high: maybe,
      permutation_low: maybe,
      permutation_high: maybe,
      p: maybe,
    },
  },
} as const satisfies TableSchema;

/** The Arrow tables of a run, by file name. */
export async function effectTables(sections: readonly ClaimSection[]): Promise<Map<string, Uint8Array>> {
  const parts = sections.flatMap(({ claim, data, judgement, real }) => [
    { claim: claim.name, network: '', observations: data.observations, judgement },
    ...(real === null || data.real === undefined || data.real === null
      ? []
      : [
          {
            claim: claim.name,
            network: data.real.network,
            observations: data.real.observations,
            judgement: real,
          },
        ]),
  ]);
  return new Map([
    ['observations.arrow', await observationsTable(parts)],
    ['effects.arrow', await effectsTable(parts)],
    ['verdicts.arrow', await verdictsTable(parts)],
  ]);
}

interface Part {
  readonly claim: string;
  readonly network: string;
  readonly observations: readonly Observation[];
  readonly judgement: Judgement;
}

async function observationsTable(parts: readonly Part[]): Promise<Uint8Array> {
  const rows = parts.flatMap(({ claim, network, observations }) =>
    observations.map((observation) => ({ claim, network, ...observation })),
  );
  return await encodeTable(observationsSchema, {
    claim: textColumn(rows.map((row) => row.claim)),
    network: textColumn(rows.map((row) => row.network)),
    configuration: textColumn(rows.map((row) => row.configuration)),
    part: textColumn(rows.map((row) => row.part)),
    measure: textColumn(rows.map((row) => row.measure)),
    seed: Uint32Array.from(rows, (row) => row.seed),
    value: Float64Array.from(rows, (row) => row.value),
  });
}

async function effectsTable(parts: readonly Part[]): Promise<Uint8Array> {
  const rows = parts.flatMap(({ claim, network, judgement }) =>
    judgement.cases.flatMap(({ configuration, part, finding, effects }) =>
      effects.map((effect) => ({ claim, network, configuration, part, caseFinding: finding, ...effect })),
    ),
  );
  return await encodeTable(effectsSchema, {
    claim: textColumn(rows.map((row) => row.claim)),
    network: textColumn(rows.map((row) => row.network)),
    configuration: textColumn(rows.map((row) => row.configuration)),
    part: textColumn(rows.map((row) => row.part)),
    measure: textColumn(rows.map((row) => row.measure)),
    networks: Uint32Array.from(rows, (row) => row.values.length),
    mean: Float64Array.from(rows, (row) => row.mean),
    low: nullableNumbers(rows.map((row) => row.interval?.low ?? null)),
    high: nullableNumbers(rows.map((row) => row.interval?.high ?? null)),
    finding: textColumn(rows.map((row) => row.finding ?? '')),
    case_finding: textColumn(rows.map((row) => row.caseFinding)),
  });
}

async function verdictsTable(parts: readonly Part[]): Promise<Uint8Array> {
  const rows = parts.filter(({ judgement }) => judgement.cases.length > 0);
  const overall = rows.map(({ judgement }) => judgement.overall);
  return await encodeTable(verdictsSchema, {
    claim: textColumn(rows.map((row) => row.claim)),
    network: textColumn(rows.map((row) => row.network)),
    verdict: textColumn(rows.map((row) => row.judgement.verdict)),
    ...findingColumns(rows),
    measure: textColumn(overall.map((effect) => effect?.measure ?? '')),
    networks: Uint32Array.from(overall, (effect) => effect?.networks ?? 0),
    mean: nullableNumbers(overall.map((effect) => effect?.mean ?? null)),
    bootstrap_low: nullableNumbers(overall.map((effect) => effect?.bootstrap?.low ?? null)),
    bootstrap_high: nullableNumbers(overall.map((effect) => effect?.bootstrap?.high ?? null)),
    permutation_low: nullableNumbers(overall.map((effect) => effect?.permutation?.low ?? null)),
    permutation_high: nullableNumbers(overall.map((effect) => effect?.permutation?.high ?? null)),
    p: nullableNumbers(overall.map((effect) => effect?.test?.p ?? null)),
  });
}

function findingColumns(rows: readonly Part[]): Record<Finding, Uint32Array> {
  const column = (finding: Finding): Uint32Array =>
    Uint32Array.from(rows, ({ judgement }) => judgement.findings[finding]);
  return {
    supported: column('supported'),
    contradicted: column('contradicted'),
    negligible: column('negligible'),
    open: column('open'),
  };
}

function nullableNumbers(values: readonly (number | null)[]): { values: Float64Array; valid: Uint8Array } {
  return {
    values: Float64Array.from(values, (value) => value ?? 0),
    valid: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
  };
}
