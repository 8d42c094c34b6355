import type * as z from 'zod';
import { StoredRecordError } from './errors.js';
import { firstIssue } from './issue-text.js';

/**
 * Reads a small record that was stored as JSON, where others may have written it. `place` says where it lies. Throws
 * StoredRecordError where it is not what the schema says.
 */
export function parseStored<T>(schema: z.ZodType<T>, text: string, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StoredRecordError(`${place}: not JSON: ${(cause as Error).message}`, { cause });
  }
  const { error, data } = schema.safeParse(value);
  if (error !== undefined) throw new StoredRecordError(`${place}: ${firstIssue(error, value)}`);
  return data;
}
