import { encodeTable, textColumn, type TableSchema } from '@unitscope/tables';
import type { Factor } from './design.js';
import { gapOf, type ScoredGroup } from './score-zoo.js';
import type { ZooCheckpoint } from './zoo-checkpoints.js';
import { ZOO_MEASURES } from './zoo-measures.js';

const text = { kind: 'utf8', nullable: false } as const;
const number = { kind: 'float64', nullable: false } as const;
const maybe = { kind: 'float64', nullable: true } as const;
const whole = { kind: 'uint32', nullable: false } as const;

/** The Arrow tables of a zoo, by file name: a row a checkpoint; a group and measure; and a factor of those. */
export async function zooTables(
  checkpoints: readonly ZooCheckpoint[],
  groups: readonly ScoredGroup[],
  factors: readonly Factor[],
): Promise<Map<string, Uint8Array>> {
  return new Map([
    ['zoo-checkpoints.arrow', await checkpointsTable(checkpoints, factors)],
    ['zoo-scores.arrow', await scoresTable(groups)],
    ['zoo-granulated.arrow', await granulatedTable(groups, factors)],
  ]);
}

async function checkpointsTable(
  checkpoints: readonly ZooCheckpoint[],
  factors: readonly Factor[],
): Promise<Uint8Array> {
  const measures = ZOO_MEASURES.filter(({ name }) => name !== 'step' && name !== 'loss');
  const schema: TableSchema = {
    name: 'zoo-checkpoints/1',
    columns: {
      ...{ network: text, step: whole },
      ...Object.fromEntries(factors.map((factor) => [factor, whole])),
      ...{ loss: number, accuracy: number, held_out_accuracy: number, gap: number },
      ...Object.fromEntries(measures.map(({ name }) => [name, maybe])),
    },
  };
  const logged = (name: string): Float64Array =>
    Float64Array.from(checkpoints, (checkpoint) => checkpoint.logged[name] ?? NaN);
  return await encodeTable(schema, {
    network: textColumn(checkpoints.map(({ network }) => network.name)),
    step: Uint32Array.from(checkpoints, ({ step }) => step),
    ...Object.fromEntries(
      factors.map((factor, at) => [
        factor,
        Uint32Array.from(checkpoints, ({ network }) => network.levels[at] ?? 0),
      ]),
    ),
    ...{ loss: logged('loss'), accuracy: logged('accuracy'), held_out_accuracy: logged('held_out_accuracy') },
    gap: Float64Array.from(checkpoints, gapOf),
    ...Object.fromEntries(
      measures.map(({ name, of }) => [name, nullable(checkpoints.map((checkpoint) => of(checkpoint)))]),
    ),
  });
}

const scoresSchema = {
  name: 'zoo-scores/2',
  columns: {
    ...{ group: text, measure: text, sign: number, networks: whole },
    ...{ tau: maybe, tau_low: maybe, tau_high: maybe },
    ...{ granulated: maybe, granulated_low: maybe, granulated_high: maybe },
    ...{ information: maybe, information_low: maybe, information_high: maybe },
    ...{ worst: maybe, worst_low: maybe, worst_high: maybe },
    ...{ noise_tau: maybe, noise_granulated: maybe, noise_information: maybe, noise_worst: maybe },
  },
} as const satisfies TableSchema;

async function scoresTable(groups: readonly ScoredGroup[]): Promise<Uint8Array> {
  const rows = groups.flatMap(({ scores, noise }) => scores.map((score) => ({ ...score, noise })));
  const column = (value: (row: (typeof rows)[number]) => number | null | undefined) =>
    nullable(rows.map((row) => value(row) ?? NaN));
  return await encodeTable(scoresSchema, {
    group: textColumn(rows.map(({ group }) => group)),
    measure: textColumn(rows.map(({ measure }) => measure)),
    sign: Float64Array.from(
      rows,
      ({ measure }) => ZOO_MEASURES.find(({ name }) => name === measure)?.sign ?? NaN,
    ),
    networks: Uint32Array.from(rows, ({ networks }) => networks),
    tau: column(({ tau }) => tau),
    tau_low: column(({ intervals }) => intervals.tau?.low),
    tau_high: column(({ intervals }) => intervals.tau?.high),
    granulated: column(({ granulated }) => granulated),
    granulated_low: column(({ intervals }) => intervals.granulated?.low),
    granulated_high: column(({ intervals }) => intervals.granulated?.high),
    information: column(({ information }) => information),
    information_low: column(({ intervals }) => intervals.information?.low),
    information_high: column(({ intervals }) => intervals.information?.high),
    worst: column(({ worst }) => worst),
    worst_low: column(({ intervals }) => intervals.worst?.low),
    worst_high: column(({ intervals }) => intervals.worst?.high),
    noise_tau: column(({ noise }) => noise.tau),
    noise_granulated: column(({ noise }) => noise.granulated),
    noise_information: column(({ noise }) => noise.information),
    noise_worst: column(({ noise }) => noise.worst),
  });
}

const granulatedSchema = {
  name: 'zoo-granulated/1',
  columns: { group: text, measure: text, factor: text, tau: maybe },
} as const satisfies TableSchema;

async function granulatedTable(
  groups: readonly ScoredGroup[],
  factors: readonly Factor[],
): Promise<Uint8Array> {
  const rows = groups.flatMap(({ scores }) =>
    scores.flatMap(({ group, measure, granulatedByFactor }) =>
      factors.map((factor, at) => ({ group, measure, factor, tau: granulatedByFactor[at] ?? NaN })),
    ),
  );
  return await encodeTable(granulatedSchema, {
    group: textColumn(rows.map(({ group }) => group)),
    measure: textColumn(rows.map(({ measure }) => measure)),
    factor: textColumn(rows.map(({ factor }) => factor)),
    tau: nullable(rows.map(({ tau }) => tau)),
  });
}

/** NaN: there is none. */
function nullable(values: readonly number[]): { values: Float64Array; valid: Uint8Array } {
  return {
    values: Float64Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)),
    valid: Uint8Array.from(values, (value) => Number(!Number.isNaN(value))),
  };
}
