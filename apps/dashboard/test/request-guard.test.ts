import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { RequestGuard } from '../src/server/request-guard.ts';

function request(headers: Record<string, string>): IncomingMessage {
  return { headers, socket: { localPort: 1 } } as unknown as IncomingMessage;
}

describe('RequestGuard', () => {
  const local = new RequestGuard({ host: '127.0.0.1', allowedHosts: [] });
  const open = new RequestGuard({ host: '0.0.0.0', allowedHosts: ['units.example'] });

  test.each(['127.0.0.1:8420', 'localhost', 'LOCALHOST:1', '[::1]:8420'])('answers to %s', (host) => {
    expect(() => local.checkHost(request({ host }))).not.toThrow();
  });

  test.each([
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '10.0.0.1',
    '[::2]',
    '127.0.0.1@evil',
  ])('does not answer to %s on this machine’s own address', (host) => {
    expect(() => local.checkHost(request({ host }))).toThrow(/does not answer to the name/);
  });

  test('elsewhere answers to addresses and to names it was given', () => {
    for (const host of ['10.0.0.1:8420', '[fe80::1]', 'units.example'])
      expect(() => open.checkHost(request({ host }))).not.toThrow();
    expect(() => open.checkHost(request({ host: 'evil.example' }))).toThrow();
  });

  test('wants no token on this machine’s own address, and one everywhere else', () => {
    expect(local.token).toBeNull();
    expect(() => local.checkToken(request({}))).not.toThrow();
    expect(open.token?.length).toBeGreaterThan(30);
    expect(() => open.checkToken(request({}))).toThrow(/wants the token/);
    expect(() => open.checkToken(request({ authorization: `Bearer ${open.token ?? ''}` }))).not.toThrow();
    expect(() => open.checkToken(request({ cookie: `a=b; unitscope-1=${open.token ?? ''}` }))).not.toThrow();
    expect(() => open.checkToken(request({ cookie: `unitscope-2=${open.token ?? ''}` }))).toThrow();
  });
});
