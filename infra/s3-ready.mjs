// Whether a local S3 server is up.
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { NotReadyError } from './free-ports.mjs';

const READY_MS = 30_000;
/** An object that is written and taken away to see that the server writes. */
const PROBE = 'unitscope-ready';

/**
 * Asks until the bucket is there and takes an object, making it where it is not there: a server may answer long before it
 * can write. Throws NotReadyError.
 */
export async function untilBucketAnswers(server, { endpoint, bucket, credentials }) {
  const ask = (method, path, body) =>
    signed(method, endpoint, path, credentials, body).catch((error) => error.message);
  let ended = false;
  void server.exited.then(() => (ended = true));
  const until = Date.now() + READY_MS;
  let last = 'no answer';
  while (Date.now() < until && !ended) {
    const head = await ask('HEAD', `/${bucket}`);
    const written = head === 200 ? await ask('PUT', `/${bucket}/${PROBE}`, 'ready') : undefined;
    if (written === 200) {
      await ask('DELETE', `/${bucket}/${PROBE}`);
      return;
    }
    last = written === undefined ? `asking for its bucket: ${head}` : `writing an object: ${written}`;
    if (head === 404) await ask('PUT', `/${bucket}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  const log = existsSync(server.logFile)
    ? readFileSync(server.logFile, 'utf8').split('\n').slice(-15).join('\n')
    : '';
  const what = ended ? 'ended at once' : `was not ready in ${READY_MS / 1000} s`;
  throw new NotReadyError(`the S3 server ${what}: ${last}\n${log}`);
}

/** Status of a request, signed as AWS Signature Version 4: this file needs no package. */
function signed(method, endpoint, path, credentials, content = '') {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = credentials;
  const { host } = new URL(endpoint);
  const time = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const body = createHash('sha256').update(content).digest('hex');
  const names = 'host;x-amz-content-sha256;x-amz-date';
  const canonical = `${method}\n${path}\n\nhost:${host}\nx-amz-content-sha256:${body}\nx-amz-date:${time}\n\n${names}\n${body}`;
  const digest = createHash('sha256').update(canonical).digest('hex');
  const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
  const key = scope.split('/').reduce(hmac, `AWS4${secret}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${digest}`).toString('hex');
  const headers = {
    'x-amz-content-sha256': body,
    'x-amz-date': time,
    authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
  return new Promise((done, fail) => {
    const asked = request(`${endpoint}${path}`, { method, headers, timeout: 5000 }, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode));
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer in 5 s')));
    asked.once('error', fail).end(content);
  });
}
