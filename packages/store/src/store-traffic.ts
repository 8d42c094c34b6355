/** The requests of one kind to S3 servers. */
export interface RequestTraffic {
  readonly requests: number;
  /** Those that failed in the end. */
  readonly failures: number;
  /** Further attempts after a first one that failed. */
  readonly retries: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Of each request: until its answer began, all attempts included. */
  readonly seconds: readonly number[];
}

/** By the name of the S3 operation: `GetObject`, `PutObject` … */
export type StoreTraffic = Readonly<Record<string, RequestTraffic>>;

/** One request that is over. */
export interface CountedRequest {
  readonly operation: string;
  readonly failed: boolean;
  readonly attempts: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly seconds: number;
}

const NONE = { requests: 0, failures: 0, retries: 0, bytesSent: 0, bytesReceived: 0, seconds: [] };

let traffic: Record<string, RequestTraffic & { readonly seconds: number[] }> = {};

export function countRequest(request: CountedRequest): void {
  const before = traffic[request.operation] ?? { ...NONE, seconds: [] };
  before.seconds.push(request.seconds);
  traffic[request.operation] = {
    requests: before.requests + 1,
    failures: before.failures + Number(request.failed),
    retries: before.retries + Math.max(0, request.attempts - 1),
    bytesSent: before.bytesSent + request.bytesSent,
    bytesReceived: before.bytesReceived + request.bytesReceived,
    seconds: before.seconds,
  };
}

/** The requests of this thread's stores since this was asked last; undefined where there were none. */
export function takeStoreTraffic(): StoreTraffic | undefined {
  if (Object.keys(traffic).length === 0) return undefined;
  const taken = traffic;
  traffic = {};
  return taken;
}
