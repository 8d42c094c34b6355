import { parseStored } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import * as z from 'zod';
import { SweepObjects } from '../sweep-objects.js';

const noteSchema = z.object({
  engine: z.literal('temporal'),
  address: z.string(),
  namespace: z.string(),
  workflowId: z.string(),
});

/** On which Temporal server a sweep was launched last. */
export type NotedExecution = z.infer<typeof noteSchema>;

/** Notes beside a sweep that a Temporal server runs it: the store alone does not tell whether it still does. */
export async function noteExecution(
  store: ObjectStore,
  sweep: string,
  execution: NotedExecution,
): Promise<void> {
  await store.put(new SweepObjects(sweep).execution, Buffer.from(JSON.stringify(execution)));
}

/** Where it was launched last; null where it never was. Throws ManifestError where the note is none. */
export async function executionOf(store: ObjectStore, sweep: string): Promise<NotedExecution | null> {
  const { execution } = new SweepObjects(sweep);
  if ((await store.head(execution)) === undefined) return null;
  return parseStored(noteSchema, Buffer.from(await store.get(execution)).toString('utf8'), execution);
}

/** Another run went on with it since: what Temporal knows of it is old. */
export async function forgetExecution(store: ObjectStore, sweep: string): Promise<void> {
  await store.delete(new SweepObjects(sweep).execution);
}
