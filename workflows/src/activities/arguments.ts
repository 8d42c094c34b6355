import { firstIssue } from '@unitscope/plan';
import * as z from 'zod';
import { PayloadError } from '../errors.js';
import {
  attemptsSchema,
  batchSchema,
  indexSchema,
  sweepRefSchema,
  taskTimeoutSchema,
} from '../messages/payload-schemas.js';
import type { ComputeActivities, SweepActivities } from './sweep-activities.js';

/** What the arguments of each activity have to be. */
export type ArgumentSchemas<A> = { readonly [K in keyof A]: z.ZodType };

const page = z.tuple([sweepRefSchema, indexSchema, indexSchema, indexSchema]);

export const sweepArguments: ArgumentSchemas<SweepActivities> = {
  openSweep: z.union([z.tuple([sweepRefSchema]), z.tuple([sweepRefSchema, indexSchema])]),
  countSlots: z.tuple([]),
  planCheckpoint: z.tuple([sweepRefSchema, indexSchema]),
  failedCheckpoints: z.tuple([sweepRefSchema]),
  failedTasksOf: page,
  missingTasksOf: page,
  closeSweep: z.union([z.tuple([sweepRefSchema]), z.tuple([sweepRefSchema, z.boolean()])]),
};

const limits = [attemptsSchema, taskTimeoutSchema.nullish()] as const;
const tasks = z.union([
  z.tuple([sweepRefSchema, batchSchema, attemptsSchema]),
  z.tuple([sweepRefSchema, batchSchema, ...limits]),
]);

export const computeArguments: ArgumentSchemas<ComputeActivities> = {
  extractTasks: tasks,
  measureTasks: tasks,
  aggregateTables: z.union([
    z.tuple([sweepRefSchema, indexSchema, attemptsSchema]),
    z.tuple([sweepRefSchema, indexSchema, attemptsSchema, z.boolean()]),
    z.tuple([sweepRefSchema, indexSchema, attemptsSchema, z.boolean(), taskTimeoutSchema.nullish()]),
  ]),
};

/** Throws PayloadError where the arguments of an activity are not what they have to be. */
export function refuseOtherArguments(schema: z.ZodType, activity: string, args: readonly unknown[]): void {
  const { error } = schema.safeParse(args);
  if (error !== undefined) throw new PayloadError(`arguments of ${activity}: ${firstIssue(error, args)}`);
}

/** Throws PayloadError where the sweep has no such checkpoint. */
export function refuseBeyond(checkpoints: readonly unknown[], checkpoint: number): void {
  if (checkpoint < checkpoints.length) return;
  throw new PayloadError(`checkpoint: expected an index below ${checkpoints.length}, found ${checkpoint}`);
}
