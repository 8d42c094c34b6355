import type { IncomingMessage } from 'node:http';
import { parseStored } from '@unitscope/plan';
import { noteChangeSchema, type NoteChange } from '@unitscope/tasks';
import { RequestRefusedError } from './errors.js';

/** A note is a text of a person. */
const MOST_BYTES = 64 << 10;

/** The change of notes that a request brings, as JSON. Throws RequestRefusedError, StoredRecordError. */
export async function noteChangeOf(request: IncomingMessage): Promise<NoteChange> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw new RequestRefusedError(415, 'BODY', 'expected a change of notes as application/json');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MOST_BYTES)
      throw new RequestRefusedError(413, 'BODY', `expected at most ${MOST_BYTES} bytes, found more`);
    chunks.push(chunk);
  }
  return parseStored(noteChangeSchema, Buffer.concat(chunks).toString('utf8'), 'change of notes');
}
