import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { RequestRefusedError } from './errors.js';

/** On every answer: the page runs its own script alone, talks to this server alone, and stands in no other page. */
export const safetyHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

const LOOPBACK = new Set(['localhost', '::1']);

export interface GuardOptions {
  /** What the server listens on. */
  readonly host: string;
  /** Names by which a proxy may ask. */
  readonly allowedHosts: readonly string[];
  /** What whoever looks must know; made where it is left out and needed. */
  readonly token?: string | undefined;
}

/** Decides who may ask, and what for. */
export class RequestGuard {
  /** Wanted of everyone, where the server can be reached from elsewhere; null on this machine's own address. */
  readonly token: string | null;
  /** Wanted of every action: only a page of this server can know it. */
  readonly actionToken = secret();
  readonly #loopback: boolean;
  readonly #names: ReadonlySet<string>;

  constructor({ host, allowedHosts, token }: GuardOptions) {
    this.#loopback = isLoopback(host) && allowedHosts.length === 0;
    this.token = this.#loopback && token === undefined ? null : (token ?? secret());
    this.#names = new Set([
      host.toLowerCase(),
      hostname().toLowerCase(),
      ...allowedHosts.map((name) => name.toLowerCase()),
    ]);
  }

  /**
   * Refuses a Host that is not this server's: a page elsewhere whose name was made to point here (DNS rebinding) sends
   * its own. Throws RequestRefusedError.
   */
  checkHost(request: IncomingMessage): void {
    const { host = '' } = request.headers;
    const name = hostName(host);
    const known = isLoopback(name) || (!this.#loopback && (this.#names.has(name) || isIP(name) !== 0));
    if (known) return;
    throw new RequestRefusedError(
      421,
      'HOST_UNKNOWN',
      `the dashboard does not answer to the name ${JSON.stringify(host.slice(0, 80))}; ask for 127.0.0.1, or start it with --allow-host`,
    );
  }

  /**
   * Refuses what a page of another site asks, as an image, a script or a frame would: reading costs this machine its
   * time and memory, whatever the other page may see of the answer. A link that leads here is followed, to the page
   * alone. Programs send neither header. Throws RequestRefusedError.
   */
  checkSite(request: IncomingMessage, isPage: boolean): void {
    const { headers } = request;
    const site = headers['sec-fetch-site'] ?? 'none';
    const followed =
      isPage && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    const own = site === 'same-origin' || site === 'none' || followed;
    if (own && (headers.origin === undefined || isOwnOrigin(request))) return;
    throw new RequestRefusedError(
      403,
      'SITE_REFUSED',
      'the dashboard answers to its own page and to programs, not to pages of other sites',
    );
  }

  /** The name of the cookie that keeps the token; cookies of one machine are shared by its ports. */
  cookieName(request: IncomingMessage): string {
    return `unitscope-${request.socket.localPort ?? 0}`;
  }

  isToken(text: string | null | undefined): boolean {
    return this.token !== null && equal(text, this.token);
  }

  /** Throws RequestRefusedError where a token is required and not given, by cookie or `Authorization: Bearer`. */
  checkToken(request: IncomingMessage): void {
    if (this.token === null) return;
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const cookie = cookieOf(request, this.cookieName(request));
    if (this.isToken(bearer) || this.isToken(cookie)) return;
    throw new RequestRefusedError(
      401,
      'TOKEN_MISSING',
      'this dashboard wants the token that stood in the address when it was started: open that address',
    );
  }

  /** Refuses an action that no page of this server sent. Throws RequestRefusedError. */
  checkAction(request: IncomingMessage): void {
    const site = request.headers['sec-fetch-site'];
    const sent = request.headers['x-unitscope-action'];
    if (isOwnOrigin(request) && (site === undefined || site === 'same-origin')) {
      if (equal(typeof sent === 'string' ? sent : undefined, this.actionToken)) return;
    }
    throw new RequestRefusedError(
      403,
      'ACTION_REFUSED',
      'actions are taken from the dashboard’s own page only',
    );
  }
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase()) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isOwnOrigin({ headers: { origin, host = '' } }: IncomingMessage): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(host)?.[1];
  return (bracketed ?? host.replace(/:\d+$/, '')).toLowerCase();
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}

function equal(given: string | null | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
