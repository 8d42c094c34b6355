import { encodeTable, textColumn, type TableSchema } from '@unitscope/tables';
import type { ClaimSection } from '../page/claim-section.js';
import type { Judgement } from './effects.js';
import type { Observation } from '../claims/measure.js';

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

/** One row a condition, or part of its networks, and measure. */
const effectsSchema = {
  name: 'reproduction-effects/2',
  columns: {
    ...{ claim: text, network: text, configuration: text, part: text, measure: text },
    ...{ networks: whole, mean: number, low: maybe, high: maybe, finding: text },
  },
} as const satisfies TableSchema;

/** One row a condition; `verdict` is empty for one that was explored. */
const verdictsSchema = {
  name: 'reproduction-verdicts/2',
  columns: {
    ...{ claim: text, case: text, network: text, configuration: text, asked: text, unmet: text },
    ...{ networks: whole, verdict: text },
  },
} as const satisfies TableSchema;

/** The Arrow tables of a run, by file name. */
export async function effectTables(sections: readonly ClaimSection[]): Promise<Map<string, Uint8Array>> {
  const parts = sections.flatMap(({ claim, data, judgement, real }) => [
    {
      claim: claim.name,
      letter: claim.paper?.letter ?? '',
      network: '',
      observations: data.observations,
      judgement,
    },
    ...(real === null || data.real === undefined || data.real === null
      ? []
      : [
          {
            claim: claim.name,
            letter: claim.paper?.letter ?? '',
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
  readonly letter: string;
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
  const rows = parts
    .flatMap(({ claim, network, judgement }) => [
      ...judgement.conditions.flatMap(({ condition, effects }) =>
        effects.map((effect) => ({ claim, network, configuration: condition.name, part: '', ...effect })),
      ),
      ...judgement.parts.flatMap(({ configuration, part, effects }) =>
        effects.map((effect) => ({ claim, network, configuration, part, ...effect })),
      ),
    ])
    .filter(({ values }) => values.length > 0);
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
  });
}

async function verdictsTable(parts: readonly Part[]): Promise<Uint8Array> {
  const rows = parts.flatMap(({ claim, letter, network, judgement }) =>
    judgement.conditions.map((result) => ({ claim, letter, network, ...result })),
  );
  return await encodeTable(verdictsSchema, {
    claim: textColumn(rows.map((row) => row.claim)),
    case: textColumn(rows.map((row) => row.letter)),
    network: textColumn(rows.map((row) => row.network)),
    configuration: textColumn(rows.map((row) => row.condition.name)),
    asked: textColumn(rows.map((row) => row.condition.asked)),
    unmet: textColumn(rows.map((row) => row.condition.unmet ?? '')),
    networks: Uint32Array.from(rows, (row) => row.networks),
    verdict: textColumn(rows.map((row) => row.verdict ?? '')),
  });
}

function nullableNumbers(values: readonly (number | null)[]): { values: Float64Array; valid: Uint8Array } {
  return {
    values: Float64Array.from(values, (value) => value ?? 0),
    valid: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
  };
}
