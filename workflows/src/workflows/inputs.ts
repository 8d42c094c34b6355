import { ApplicationFailure } from '@temporalio/workflow';
import { firstIssue } from '@unitscope/plan';
import * as z from 'zod';
import {
  batchSchema,
  cellCountsSchema,
  checkpointPlanSchema,
  indexSchema,
  paceSchema,
  scopeSchema,
  sweepRefSchema,
  windowSchema,
} from '../messages/payload-schemas.js';

export { sweepRefSchema };

// What workflows are started with. Any client may: what is no input of ours fails the workflow, and is not tried again.

const pairs = z.array(z.tuple([indexSchema, indexSchema]));
/** What is done less what was found gone: below 0 where an earlier run had done it. */
const balance = z.int();
const balances = cellCountsSchema.extend({ done: balance });
const counts = balances.extend({ total: indexSchema });

export const sweepInputSchema = z.object({
  ref: sweepRefSchema,
  scope: scopeSchema,
  window: windowSchema,
  fits: z.boolean().exactOptional(),
  pace: paceSchema,
  follow: z.object({ until: indexSchema.nullable() }).exactOptional(),
  state: z
    .object({
      next: indexSchema,
      retries: z.array(indexSchema),
      cells: counts,
      maps: indexSchema,
      done: balance,
      failed: pairs,
      paused: z.boolean(),
      finished: z.boolean(),
      names: z.array(z.string()).exactOptional(),
      tasks: indexSchema.exactOptional(),
      plan: checkpointPlanSchema.exactOptional(),
      slots: indexSchema.exactOptional(),
      remake: z.array(indexSchema).exactOptional(),
      remakes: indexSchema.exactOptional(),
    })
    .exactOptional(),
});

export const checkpointInputSchema = z.object({
  ref: sweepRefSchema,
  checkpoint: indexSchema,
  scope: scopeSchema,
  pace: paceSchema,
  plan: checkpointPlanSchema.exactOptional(),
  state: z
    .object({
      plan: checkpointPlanSchema,
      next: indexSchema,
      again: z.array(batchSchema),
      tasks: z.object({ done: balance, failed: indexSchema }),
      cells: balances,
      maps: indexSchema,
      layers: z.array(z.tuple([balance, indexSchema])),
      secondsATask: z.number().nullable(),
      paused: z.boolean(),
      remakes: indexSchema.exactOptional(),
    })
    .exactOptional(),
});

/** Throws an ApplicationFailure PAYLOAD_INVALID that is not tried again where the value is not what the schema says. */
export function refuseOtherInput(schema: z.ZodType, value: unknown, what: string): void {
  const { error } = schema.safeParse(value);
  if (error === undefined) return;
  throw ApplicationFailure.nonRetryable(`${what}: ${firstIssue(error, value)}`, 'PAYLOAD_INVALID');
}
