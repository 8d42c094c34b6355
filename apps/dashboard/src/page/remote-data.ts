import { tableFromIPC } from '@uwdata/flechette';
import { useEffect, useState } from 'preact/hooks';

/** What the server says went wrong. */
export class RemoteError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Rows of an Arrow table, with the notes of its schema; `total` counts those that were left out too. */
export interface Rows<Row, Notes> {
  readonly rows: readonly Row[];
  readonly names: readonly string[];
  readonly notes: Notes;
  readonly total: number;
}

/** The same of what an address answers with, as the rows of results have it. */
export type Answer<Found> = Found extends {
  readonly rows: readonly (infer Row)[];
  readonly notes: infer Notes;
}
  ? Rows<Row, Notes>
  : never;

export async function loadJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const response = await ask(url, signal);
  return (await response.json()) as T;
}

export async function loadRows<Row, Notes>(url: string, signal?: AbortSignal): Promise<Rows<Row, Notes>> {
  const response = await ask(url, signal);
  const table = tableFromIPC(await response.arrayBuffer());
  const total = Number(response.headers.get('x-unitscope-rows') ?? table.numRows);
  return {
    rows: table.toArray() as Row[],
    names: table.names.map(String),
    notes: JSON.parse(table.schema.metadata?.get('notes') ?? '{}') as Notes,
    total,
  };
}

async function ask(url: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      ...(signal !== undefined && { signal }),
      headers: { accept: 'application/json' },
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new RemoteError('UNREACHABLE', 'The dashboard’s server does not answer. Was it stopped?');
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}

export async function errorOf(response: Response): Promise<RemoteError> {
  const body = (await response.json().catch(() => null)) as {
    error?: { code: string; message: string };
  } | null;
  return new RemoteError(
    body?.error?.code ?? String(response.status),
    body?.error?.message ?? `The server answered ${response.status}.`,
  );
}

/** So long an answer that was asked for ahead may wait for what shows it. */
const AHEAD_MS = 2000;
const ahead = new Map<string, Promise<unknown>>();

/** Asks for rows before what shows them is there: the next `useRemote` of this address gets them. */
export function askAhead(url: string): void {
  if (ahead.has(url)) return;
  const asked = loadRows(url);
  ahead.set(url, asked);
  const forget = (): void => {
    if (ahead.get(url) === asked) ahead.delete(url);
  };
  asked.then(() => window.setTimeout(forget, AHEAD_MS)).catch(forget);
}

function takeAhead<T>(url: string): Promise<T> | null {
  const asked = ahead.get(url) ?? null;
  ahead.delete(url);
  return asked as Promise<T> | null;
}

export interface Remote<T> {
  /** The last that came; still there while the next is loading. */
  readonly data: T | null;
  readonly error: RemoteError | null;
  readonly loading: boolean;
}

/** With the address that it was asked for. */
interface Asked<T> extends Remote<T> {
  readonly url: string | null;
}

/**
 * Loads what an address has, and again when the address or `revision` changes; what is on its way for an address that
 * was left is dropped. Nothing is loaded while the address is null.
 */
export function useRemote<T>(
  url: string | null,
  load: (url: string, signal: AbortSignal) => Promise<T>,
  revision: string | number = 0,
): Remote<T> {
  const [asked, setAsked] = useState<Asked<T>>({ url: null, data: null, error: null, loading: true });
  useEffect(() => {
    if (url === null) return undefined;
    const stop = new AbortController();
    setAsked((last) => {
      // Data of another sweep or view must not stand under this one's title.
      const same = last.url?.split('?')[0] === url.split('?')[0];
      return { url, data: same ? last.data : null, error: null, loading: true };
    });
    (takeAhead<T>(url) ?? load(url, stop.signal))
      .then((data) => {
        if (!stop.signal.aborted) setAsked({ url, data, error: null, loading: false });
      })
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        const told = error instanceof RemoteError ? error : new RemoteError('FAILED', String(error));
        setAsked(({ data }) => ({
          url,
          data: told.code === 'UNREACHABLE' ? data : null,
          error: told,
          loading: false,
        }));
      });
    return () => stop.abort();
  }, [url, revision]);
  const { data, error, loading } = asked;
  // The first drawing with another address comes before the effect that asks for it.
  return { data, error, loading: loading || (url !== null && asked.url !== url) };
}
