import type { IncomingMessage, ServerResponse } from 'node:http';
import { reasonOf, InputError, markupText } from '@unitscope/base';
import type { AnswersAhead } from './answers-ahead.js';
import { RequestRefusedError } from './errors.js';
import { noteChangeOf } from './note-request.js';
import type { PageFile } from './page-files.js';
import { safetyHeaders, type RequestGuard } from './request-guard.js';
import { resultsViews } from './results-views.js';
import type { SweepBoard } from './sweep-board.js';
import type { SweepAction, SweepCard } from './sweep-card.js';
import type { ViewAnswer } from './view-request.js';

export interface Handled {
  readonly guard: RequestGuard;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly board: SweepBoard;
  readonly answers: AnswersAhead;
  readonly store: string;
  readonly version: string;
}

/** What the page asks first, and again while it is open. */
export interface BoardReply {
  readonly store: string;
  readonly version: string;
  /** Address of the Temporal server, while it answers. */
  readonly temporal: string | null;
  /** To be sent with every action. */
  readonly action: string;
  readonly sweeps: readonly SweepCard[];
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array | string;
}

const ACTIONS: readonly SweepAction[] = ['pause', 'resume', 'cancel', 'retry'];
const CONTENT_TYPES: Readonly<Record<ViewAnswer['type'], string>> = {
  arrow: 'application/vnd.apache.arrow.stream',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  'image/png': 'image/png',
  'image/webp': 'image/webp',
};
/** A page shows one image many times; it is checked against the sweep's digest when it is read. */
const IMAGE_SECONDS = 600;

/** Answers one request; what goes wrong is told as JSON, or as a page to who asked for one. */
export async function handleRequest(
  handled: Handled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const left = new AbortController();
  response.on('close', () => left.abort());
  let reply: Reply;
  try {
    reply = await route(handled, request, left.signal);
  } catch (error) {
    reply = refusal(error, request);
  }
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    ...safetyHeaders,
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(reply.body),
    ...reply.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

async function route(handled: Handled, request: IncomingMessage, signal: AbortSignal): Promise<Reply> {
  const { guard } = handled;
  guard.checkHost(request);
  const url = addressOf(request);
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST') {
    throw new RequestRefusedError(
      405,
      'METHOD',
      `expected GET or POST, found ${request.method ?? 'nothing'}`,
    );
  }
  const parts = segmentsOf(url);
  guard.checkSite(request, parts?.[0] !== 'api');
  const given = url.searchParams.get('token');
  if (given !== null && guard.isToken(given) && request.method === 'GET')
    return welcome(handled, request, url);
  guard.checkToken(request);
  if (parts === null) {
    if (request.method !== 'POST' && !url.pathname.startsWith('/api/'))
      return { ...pageFile(handled, request, url), status: 404 };
    throw new RequestRefusedError(400, 'ADDRESS', 'the address is not valid percent-encoded UTF-8');
  }
  if (request.method === 'POST') {
    guard.checkAction(request);
    return parts[3] === 'notes' ? writeNotes(handled, parts, request) : act(handled, parts);
  }
  if (parts[0] === 'api') return answer(handled, parts.slice(1), url, signal);
  if (parts[0] === 'sweeps' && parts[1] !== undefined)
    void handled.answers.begin(parts[1], url.searchParams, parts[2] ?? '');
  return pageFile(handled, request, url);
}

/** Keeps the token in a cookie, and takes it out of the address: addresses are shared and remembered. */
function welcome({ guard }: Handled, request: IncomingMessage, url: URL): Reply {
  url.searchParams.delete('token');
  // `//elsewhere.example/` would be the address of another host.
  const here = url.pathname.replace(/^\/+/, '/') + url.search;
  const cookie = `${guard.cookieName(request)}=${guard.token ?? ''}; Path=/; HttpOnly; SameSite=Strict`;
  return { status: 303, headers: { location: here, 'set-cookie': cookie }, body: '' };
}

async function act({ board }: Handled, parts: readonly string[]): Promise<Reply> {
  const [api, sweeps, name, action] = parts;
  const known = ACTIONS.find((verb) => verb === action);
  if (
    api !== 'api' ||
    sweeps !== 'sweeps' ||
    name === undefined ||
    known === undefined ||
    parts.length !== 4
  ) {
    throw new RequestRefusedError(404, 'NOT_FOUND', 'there is no such action');
  }
  await board.act(name, known);
  return json({ done: known });
}

/** Takes one change of what people wrote of a sweep. */
async function writeNotes(
  { board }: Handled,
  parts: readonly string[],
  request: IncomingMessage,
): Promise<Reply> {
  const [api, sweeps, name] = parts;
  if (api !== 'api' || sweeps !== 'sweeps' || name === undefined || parts.length !== 4) throw nothingHere();
  return json(await board.changeNotes(name, await noteChangeOf(request)));
}

async function answer(
  handled: Handled,
  parts: readonly string[],
  url: URL,
  signal: AbortSignal,
): Promise<Reply> {
  const { board, guard, store, version } = handled;
  const [what, name, view] = parts;
  if (what === 'sweeps' && name === undefined) {
    const sweeps = await board.cards();
    const reply: BoardReply = { store, version, temporal: board.temporal, action: guard.actionToken, sweeps };
    return json(reply);
  }
  if (what !== 'sweeps' || name === undefined || parts.length > 3) throw nothingHere();
  if (view === undefined) return json(await board.card(name));
  if (view === 'notes') return json(await board.notes(name));
  if (view === 'failures') return json(await board.failures(name));
  if (!Object.hasOwn(resultsViews, view)) throw nothingHere();
  const parameters = Object.fromEntries(url.searchParams);
  const found = await handled.answers.ask({ view, sweep: name, parameters }, signal);
  return {
    status: 200,
    headers: {
      'content-type': CONTENT_TYPES[found.type],
      ...(found.type.startsWith('image/') && { 'cache-control': `private, max-age=${IMAGE_SECONDS}` }),
      ...(found.rows !== undefined && { 'x-unitscope-rows': found.rows }),
    },
    body: found.body,
  };
}

/** A file of the page, or the page itself: every view has an address of its own, and the page knows which. */
function pageFile({ files }: Handled, request: IncomingMessage, url: URL): Reply {
  const file =
    files.get(url.pathname) ?? (url.pathname.startsWith('/assets/') ? undefined : files.get('/index.html'));
  if (file === undefined) throw nothingHere();
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  return {
    status: 200,
    headers: {
      'content-type': file.type,
      vary: 'accept-encoding',
      ...(file.lasting && { 'cache-control': 'private, max-age=31536000, immutable' }),
      ...(zipped && { 'content-encoding': 'gzip' }),
    },
    body: zipped ? file.gzip : file.bytes,
  };
}

function addressOf(request: IncomingMessage): URL {
  // The host is checked already, and not used: the address is the path.
  const target = request.url ?? '/';
  const text = `http://dashboard${target}`;
  if (target.startsWith('/') && URL.canParse(text)) return new URL(text);
  throw new RequestRefusedError(400, 'ADDRESS', 'expected an address that begins with /');
}

/** `null` where it is not valid percent-encoded UTF-8. */
function segmentsOf({ pathname }: URL): string[] | null {
  try {
    return pathname.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return null;
  }
}

function nothingHere(): RequestRefusedError {
  return new RequestRefusedError(404, 'NOT_FOUND', 'there is nothing at this address');
}

function json(value: unknown, status = 200): Reply {
  return { status, headers: { 'content-type': CONTENT_TYPES.json }, body: JSON.stringify(value) };
}

const STATUS_OF: Readonly<Record<string, number>> = {
  SWEEP_UNKNOWN: 404,
  OBJECT_KEY: 404,
  SWEEP_NOT_RUNNING: 409,
  NOTES_CONFLICT: 409,
  RESULTS_UNAVAILABLE: 503,
};

function refusal(error: unknown, request: IncomingMessage): Reply {
  const { code } = (error ?? {}) as { code?: unknown };
  const known = typeof code === 'string' ? code : 'FAILED';
  const status =
    error instanceof RequestRefusedError
      ? error.status
      : (STATUS_OF[known] ?? (error instanceof InputError ? 400 : 500));
  const message = reasonOf(error);
  const wantsPage = /\btext\/html\b/.test(request.headers.accept ?? '');
  if (!wantsPage) return json({ error: { code: known, message } }, status);
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>unitscope: ${status}</title><h1>${status}</h1><p>${markupText(message)}</p></html>\n`,
  };
}
