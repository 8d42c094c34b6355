import { digestSchema, DURATION, SWEEP_NAME } from '@unitscope/plan';
import * as z from 'zod';
import type {
  Batch,
  CellCounts,
  CheckpointPlan,
  Pace,
  PlanNames,
  Scope,
  SweepMemo,
  SweepRef,
} from './messages.js';

// Any client of the namespace may start a workflow or answer with a heartbeat: what comes over the wire is checked here,
// before a store is opened, a list made or a key named by it.

type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

/** Checkpoints, tasks and cells: more than any sweep has, less than numbers can hold. */
const MOST = 1e12;
const LONGEST_ADDRESS = 2048;

const count = z.int().min(0).max(MOST);
const positive = z.int().min(1);

export const indexSchema = count;
export const attemptsSchema = positive.max(100);
export const taskTimeoutSchema = z.string().regex(DURATION, 'expected a duration such as 90s');
export const scopeSchema: z.ZodType<Scope> = z.enum(['all', 'failed', 'missing']);
export const windowSchema = positive.max(100_000);

const sweepName = z.string().regex(SWEEP_NAME, 'expected the name of a sweep');
const storeAddress = z.string().min(1).max(LONGEST_ADDRESS);

export const sweepRefSchema = z.object({
  sweep: sweepName,
  store: storeAddress,
  manifest: digestSchema,
  checkpoints: count,
} satisfies Shape<SweepRef>);

export const sweepMemoSchema = z.object({
  sweep: sweepName,
  store: storeAddress,
  content: z.string().max(1000),
} satisfies Shape<SweepMemo>);

export const paceSchema = z.object({
  lanes: positive.max(1000),
  batchSeconds: z.number().gt(0).max(1e6),
  batchTasks: positive.max(10_000),
  attempts: attemptsSchema,
  taskTimeout: taskTimeoutSchema.exactOptional(),
  historyEvents: positive.max(50_000),
  heartbeatSeconds: z.number().gt(0).max(1e6),
} satisfies Shape<Pace>);

export const batchSchema = z
  .object({
    checkpoint: count,
    from: count,
    to: count,
    tasks: z.array(count).max(10_000).exactOptional(),
  } satisfies Shape<Batch>)
  .refine(({ from, to }) => from <= to && to - from <= 10_000, 'expected a range of at most 10000 tasks')
  .refine(
    ({ to, tasks }) => tasks === undefined || to <= tasks.length,
    'expected a range of the listed tasks',
  );

export const cellCountsSchema = z.object({
  done: count,
  cached: count,
  failed: count,
} satisfies Shape<CellCounts>);

const names = z.array(z.string());

export const checkpointPlanSchema = z.object({
  kind: z.enum(['extract', 'measure']),
  tasks: count,
  cells: count,
  layerStarts: z.array(count),
  names: z
    .object({ checkpoint: z.string(), layers: names, categories: names } satisfies Shape<PlanNames>)
    .exactOptional(),
} satisfies Shape<CheckpointPlan>);
