/** Where the servers of `unitscope dev` answer, and the variables that name them. */
export interface Places {
  readonly temporal: string;
  readonly ui: string | undefined;
  readonly s3: string;
  readonly store: string;
  readonly metrics: string;
  /** The web page over the store. */
  readonly dashboard: string;
  readonly env: Readonly<Record<string, string>>;
}

const READY_MS = 30_000;

/** Waits until each web address answers; throws DevNotReadyError, which names the one that does not. */
export async function untilTheyAnswer(
  { ui, metrics, dashboard }: Places,
  signal: AbortSignal,
): Promise<void> {
  const addresses = [
    ['dashboard', dashboard],
    ['metrics of the worker', metrics],
    ['web page of Temporal', ui],
  ];
  await Promise.all(
    addresses.map(async ([what, url]) => {
      if (url === undefined || (await answers(url, signal)) || signal.aborted) return;
      throw new DevNotReadyError(what ?? '', url);
    }),
  );
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (await answersNow(url)) return true;
    if (signal.aborted) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

/** Whether a web server answers there, whatever it says. */
export async function answersNow(url: string): Promise<boolean> {
  return fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2000) }).then(
    async (response) => {
      await response.body?.cancel();
      return true;
    },
    () => false,
  );
}

export class DevNotReadyError extends Error {
  readonly code = 'DEV_NOT_READY';

  constructor(what: string, url: string) {
    super(`unitscope dev: the ${what} did not answer at ${url} within ${READY_MS / 1000} s`);
  }
}
