import type { S3Client } from '@aws-sdk/client-s3';
import { countRequest } from '../store-traffic.js';

interface Seen {
  readonly $metadata?: { readonly attempts?: number | undefined } | undefined;
  readonly ContentLength?: number | undefined;
}

/** Counts every request of a client, with its further attempts, its time and its bytes. */
export function countRequests(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = 'unknown' }) =>
      async (args) => {
        const started = performance.now();
        const done = (seen: Seen | undefined, failed: boolean): void => {
          countRequest({
            operation: commandName.replace(/Command$/, ''),
            failed,
            attempts: seen?.$metadata?.attempts ?? 1,
            bytesSent: bodyBytes(args.input),
            bytesReceived: commandName === 'GetObjectCommand' && !failed ? (seen?.ContentLength ?? 0) : 0,
            seconds: (performance.now() - started) / 1000,
          });
        };
        try {
          const answer = await next(args);
          done(answer.output, false);
          return answer;
        } catch (error) {
          done(error as Seen, true);
          throw error;
        }
      },
    { step: 'initialize', priority: 'high', name: 'countRequests' },
  );
}

function bodyBytes(input: object): number {
  const { Body: body } = input as { Body?: unknown };
  return body instanceof Uint8Array ? body.byteLength : 0;
}
