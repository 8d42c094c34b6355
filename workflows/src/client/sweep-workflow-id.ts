import { createHash } from 'node:crypto';
import type { SweepRef } from '../messages/messages.js';

/** The id of a sweep's workflow: one execution a store and name. */
export function sweepWorkflowId({ sweep, store }: Pick<SweepRef, 'sweep' | 'store'>): string {
  return `unitscope-${sweep}-${createHash('sha256').update(store).digest('hex').slice(0, 12)}`;
}
