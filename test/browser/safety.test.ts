import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { expect, inject, test } from 'vitest';
import { BIN } from '../e2e/support/command-line.ts';
import { HOSTILE } from './hostile-names.ts';
import { viewPaths } from './views.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** One request as it is written, without what a client would set right. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    base = inject('url'),
  }: { method?: string; headers?: Record<string, string>; base?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

test('labels that would be markup, script or a path are shown as text in every view', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/hostile');
    const layer = encodeURIComponent(HOSTILE.layer);
    const checkpoint = encodeURIComponent(`${HOSTILE.checkpoint} 2`);
    for (const [i, path] of (await viewPaths(page)).entries()) {
      const query = path.endsWith('sql')
        ? `q=${encodeURIComponent('select checkpoint, layer, category, entropy from units')}`
        : `layer=${layer}&checkpoint=${checkpoint}`;
      await open(`${path}?${query}`);
      const closed = page.getByRole('button', { name: /^Numbers/ });
      while ((await closed.count()) > 0) await closed.first().click();
      await picture(`hostile-${i}`);
      expect(await page.evaluate(() => (window as { hacked?: unknown }).hacked)).toBeUndefined();
      expect(await page.locator('img, iframe, object, embed, main script').count()).toBe(0);
      expect(await page.locator('body').innerText()).toContain('hostile');
    }
    await open('/sweeps/hostile/trend');
    expect(await page.locator('main').innerText()).toContain(HOSTILE.layer);
    await page.getByRole('combobox', { name: 'Layer' }).selectOption(HOSTILE.layer);
    await settled(page);
    expect(new URL(page.url()).searchParams.get('layer')).toBe(HOSTILE.layer);
  });
});

test('every answer forbids what the page does not need, and keeps it out of other pages', async () => {
  for (const path of ['/', '/api/sweeps', '/nothing', '/api/sweeps/none/trend']) {
    const { headers } = await ask(path);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('a name that was made to point here is not answered to', async () => {
  for (const host of ['evil.example', 'localhost.evil.example:80', '127.0.0.1.nip.io', '10.1.2.3']) {
    const { status, body } = await ask('/api/sweeps', { headers: { host } });
    expect({ host, status }).toEqual({ host, status: 421 });
    expect(body).not.toContain('demo');
  }
  expect((await ask('/api/sweeps', { headers: { host: 'localhost:1' } })).status).toBe(200);
});

test('an action needs the page’s own token and origin', async () => {
  const { port } = new URL(inject('url'));
  const { action } = JSON.parse((await ask('/api/sweeps')).body) as { action: string };
  const origin = `http://127.0.0.1:${port}`;
  const host = `127.0.0.1:${port}`;
  const tries: Record<string, string>[] = [
    { host },
    { host, origin },
    { host, origin, 'x-unitscope-action': 'guess' },
    { host, 'x-unitscope-action': action },
    { host, origin: 'http://evil.example', 'x-unitscope-action': action },
    { host, origin: 'null', 'x-unitscope-action': action },
    { host, origin, 'x-unitscope-action': action, 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of tries) {
    expect((await ask('/api/sweeps/demo/retry', { method: 'POST', headers })).status).toBe(403);
  }
  const own = await ask('/api/sweeps/demo/cancel', {
    method: 'POST',
    headers: { host, origin, 'x-unitscope-action': action },
  });
  expect([own.status, own.body.includes('ACTION_IMPOSSIBLE')]).toEqual([409, true]);
});

test('no path reaches a file of this machine', async () => {
  for (const path of [
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2f..%2fetc/passwd',
    '/assets/../../../../etc/passwd',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/api/sweeps/..%2f..%2f..%2fetc%2fpasswd/trend',
    '/api/sweeps/demo%2f..%2f..%2f/outline',
    '/api/sweeps/demo/__proto__',
    '/%00',
  ]) {
    const { status, body } = await ask(path);
    expect({ path, leaks: body.includes('root:') || body.includes('"layers"') }).toEqual({
      path,
      leaks: false,
    });
    expect(status).toBeLessThan(500);
  }
});

test('on another address everything wants the token', async () => {
  const args = [
    BIN,
    'dashboard',
    '--store',
    inject('store'),
    '--host',
    '0.0.0.0',
    '--port',
    '0',
    '--no-temporal',
  ];
  const server = spawn(process.execPath, [...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const address = new URL((JSON.parse(line) as { url: string }).url);
    const token = address.searchParams.get('token') ?? '';
    expect(token.length).toBeGreaterThan(20);
    const base = `http://127.0.0.1:${address.port}/`;
    for (const path of ['/', '/api/sweeps', '/?token=guess', '/sweeps/demo']) {
      const { status, body } = await ask(path, { base });
      expect([status, body.includes('demo')]).toEqual([401, false]);
    }
    const welcome = await ask(`/sweeps/demo?token=${token}`, { base });
    expect([welcome.status, welcome.headers['location']]).toEqual([303, '/sweeps/demo']);
    const cookie = String(welcome.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const inside = await ask('/api/sweeps', { base, headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect([inside.status, inside.body.includes('demo')]).toEqual([200, true]);
    const bearer = await ask('/api/sweeps', { base, headers: { authorization: `Bearer ${token}` } });
    expect(bearer.status).toBe(200);
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  }
});
