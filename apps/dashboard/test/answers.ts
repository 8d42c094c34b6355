import { request } from 'node:http';
import { tableFromIPC } from '@uwdata/flechette';

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly bytes: Buffer;
  readonly text: string;
}

/** One request as it is written: a client that sets Host and Origin right would hide what is tested. */
export function ask(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
    host = '127.0.0.1',
  }: { method?: string; headers?: Record<string, string>; host?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode = 0, headers: found } = response;
        resolve({ status: statusCode, headers: found, bytes, text: bytes.toString('utf8') });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** The rows of an answer that is an Arrow table. */
export function rowsOf({ status, bytes, text }: Answer): Record<string, unknown>[] {
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return tableFromIPC(Uint8Array.from(bytes)).toArray();
}
