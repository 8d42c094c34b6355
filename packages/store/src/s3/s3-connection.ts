import {
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  type HeadObjectCommandOutput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { countRequests } from './count-requests.js';
import { RangeBuffers } from './range-buffers.js';
import type { S3Address } from './s3-address.js';
import { S3Agent } from './s3-agent.js';
import { DAMAGED, s3Error } from './s3-error.js';
import { s3Failure, type S3Failure } from './s3-failure.js';

/** With the SDK's growing pauses about ten seconds: a server that is started again is waited for. */
const ATTEMPTS = 8;
/** Of a body that arrives damaged. */
const SENDINGS = 4;
const CONNECT_MS = 5_000;
/** Without an answer, or without a byte of a body that has begun. */
const SILENT_MS = 60_000;
const SOCKETS = 64;

/** A client of one bucket; its errors are the store's. */
export class S3Connection {
  readonly address: S3Address;
  readonly buffers = new RangeBuffers();
  readonly agent = new S3Agent({ keepAlive: true, maxSockets: SOCKETS });
  readonly #client: S3Client;

  constructor(address: S3Address) {
    this.address = address;
    const { endpoint, region } = address;
    const config: S3ClientConfig = {
      forcePathStyle: address.pathStyle,
      maxAttempts: Number(process.env['AWS_MAX_ATTEMPTS'] || ATTEMPTS),
      // The SHA-256 of every object is sent and checked by this package; the SDK's CRC32 beside it would halve the rate.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: SILENT_MS,
        throwOnRequestTimeout: true,
        socketTimeout: SILENT_MS,
        httpAgent: this.agent,
        httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
      },
      ...(endpoint !== undefined && { endpoint }),
      ...(region !== undefined && { region }),
    };
    // The SDK's notice about old versions of Node is for who maintains this, not for who runs it.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    this.#client = new S3Client(config);
    countRequests(this.#client);
  }

  /** Bucket and key as the server wants them. */
  at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.address.bucket, Key: this.address.prefix + key };
  }

  /** Does one request that concerns `key`; what fails is thrown as the store's error. */
  async request<T>(key: string, work: (client: S3Client) => Promise<T>): Promise<T> {
    try {
      return await this.#send(work);
    } catch (error) {
      throw await this.#explain(key, s3Failure(error));
    }
  }

  /** As request, but gives the HTTP status where it is one of these, which the caller can do something about. */
  async attempt<T extends object>(
    key: string,
    statuses: readonly number[],
    work: (client: S3Client) => Promise<T>,
  ): Promise<T | number> {
    try {
      return await this.#send(work);
    } catch (error) {
      const failure = s3Failure(error);
      if (failure.status !== undefined && statuses.includes(failure.status)) return failure.status;
      throw await this.#explain(key, failure);
    }
  }

  /** Asks the server whether bucket, region and credentials are right. Throws the store's error of the cause. */
  async check(): Promise<void> {
    const { bucket: Bucket, prefix: Prefix } = this.address;
    await this.request('', (client) => client.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 })));
  }

  /** What the server says of an object; undefined where there is none. */
  async head(key: string): Promise<HeadObjectCommandOutput | undefined> {
    try {
      return await this.#client.send(new HeadObjectCommand({ ...this.at(key), ChecksumMode: 'ENABLED' }));
    } catch (error) {
      const failure = s3Failure(error);
      if (failure.status === 404) return undefined;
      // The answer to HEAD has no body to say the cause; a list that fails for it has.
      if (failure.status !== undefined && failure.status < 500) await this.check();
      throw await this.#explain(key, failure);
    }
  }

  /** What arrived damaged is sent again: the SDK takes the server's refusal for a mistake of ours. */
  async #send<T>(work: (client: S3Client) => Promise<T>): Promise<T> {
    for (let sending = 1; ; sending++) {
      try {
        return await work(this.#client);
      } catch (error) {
        if (sending === SENDINGS || !DAMAGED.test(s3Failure(error).name)) throw error;
      }
    }
  }

  async #explain(key: string, failure: S3Failure): Promise<Error> {
    const found = await this.#client.config.credentials().catch(() => undefined);
    const secrets = [found?.secretAccessKey, found?.sessionToken, found?.accessKeyId];
    return s3Error(
      this.address,
      key,
      failure,
      secrets.filter((text) => text !== undefined),
    );
  }
}
