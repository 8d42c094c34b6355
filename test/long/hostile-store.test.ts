import { createHash } from 'node:crypto';
import {
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard } from '@unitscope/dashboard';
import { ask } from '../../apps/dashboard/test/answers.ts';
import { smallSweep, type SmallSweep } from '../../packages/ablation/test/small-sweep.ts';
import { unitscope } from '../e2e/support/command-line.js';

// A finished sweep in a store that somebody made who means harm, used by one whose files lie around it.

const SECRET = 'hunter2-of-the-user';
let sweep: SmallSweep;
let elsewhere: Server;
let asked = 0;
beforeAll(async () => {
  sweep = await smallSweep();
  elsewhere = createServer((_, answer) => {
    asked++;
    answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  elsewhere.close();
  await sweep.remove();
});

interface Place {
  readonly home: string;
  readonly victim: string;
  readonly store: string;
}

/** A home with files of its user, and the store in it. */
function place(name: string): Place {
  const home = join(sweep.folder, name.replaceAll(/\W/g, '-'));
  const victim = join(home, 'victim');
  mkdirSync(join(victim, '1'.repeat(64)), { recursive: true });
  mkdirSync(join(victim, 'units'));
  for (const file of ['note.txt', '0'.repeat(64), join('1'.repeat(64), 'in'), join('units', 'x.arrow')])
    writeFileSync(join(victim, file), SECRET);
  const store = join(home, 'store');
  cpSync(join(sweep.folder, 'store'), store, { recursive: true });
  cpSync(join(sweep.folder, 'network.onnx'), join(home, 'network.onnx'));
  const images = '{ from: mnist, perCategory: 2, categories: ["3"] }';
  writeFileSync(
    join(home, 'own.yaml'),
    `{ name: own, store: store, source: { models: { checkpoints: [network.onnx], images: ${images} } } }`,
  );
  return { home, victim, store };
}

/** What lies in a folder, by its content. */
function contents(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const info = lstatSync(path);
    if (info.isFile()) found[name] = readFileSync(path, 'latin1');
    else found[name] = info.isSymbolicLink() ? readlinkSync(path) : 'folder';
  }
  return found;
}

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIDUSER',
  AWS_SECRET_ACCESS_KEY: 'hush',
  AWS_SESSION_TOKEN: 'token',
};

/** Runs a verb; what it says must be for people and hold nothing of the user's files. */
async function run(home: string, ...words: string[]): Promise<string> {
  const env = {
    ...CREDENTIALS,
    HOME: home,
    UNITSCOPE_CACHE: join(home, 'cache'),
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
  const { code, stdout, stderr } = await unitscope([...words, '--store', 'store'], { cwd: home, env });
  expect.soft(code, words.join(' ')).not.toBeNull();
  expect.soft(stdout + stderr, words.join(' ')).not.toContain(SECRET);
  expect.soft(stderr, words.join(' ')).not.toMatch(/^\s+at .*:\d+/m);
  return stdout + stderr;
}

function forgetResults({ store }: Place): void {
  for (const folder of ['units', join('sweeps', 'small', 'results')])
    rmSync(join(store, folder), { recursive: true, force: true });
}

/** The Resume of the page, until nobody runs the sweep any more. */
async function resumeOnPage({ store }: Place): Promise<void> {
  const dashboard = await startDashboard({ store, temporal: false, version: '1.2.3' });
  try {
    const board = JSON.parse((await ask(dashboard.port, '/api/sweeps')).text) as { action: string };
    const host = `127.0.0.1:${dashboard.port}`;
    const headers = { host, origin: `http://${host}`, 'x-unitscope-action': board.action };
    await ask(dashboard.port, '/api/sweeps/small/resume', { method: 'POST', headers });
    await expect
      .poll(async () => (await ask(dashboard.port, '/api/sweeps')).text, { timeout: 60_000 })
      .not.toContain('"state":"running"');
  } finally {
    await dashboard.close();
  }
}

type Entry = {
  digest: string;
  model: { path: string; files: { name: string; sha256: string; bytes: number }[] };
};
interface StoredManifest {
  readonly checkpoints: [Entry];
  readonly source: { images: object; categories: { images: { sha256: string }[] }[] };
}
const out = (path: string): string => `${'../'.repeat(25)}${path.slice(1)}`;

const MANIFESTS: Record<string, [edit: (manifest: StoredManifest, place: Place) => void, refusal: RegExp]> = {
  'a digest that is the way to a folder of the user': [
    ({ checkpoints: [entry] }, { victim }) => (entry.digest = out(victim)),
    /checkpoints\[0\]\.digest: expected a SHA-256 of 64 lowercase hex digits/,
  ],
  'a file that leads out of its folder, on S3': [
    ({ checkpoints: [{ model }] }, { victim }) => {
      model.path = 's3://bucket/run/network.onnx';
      model.files.push({ name: out(join(victim, 'x')), sha256: '0'.repeat(64), bytes: 1 });
    },
    /model\.files\[1\]\.name: expected the name of a file that stays inside its folder/,
  ],
  'a checkpoint on a server of the attacker': [
    ({ checkpoints: [{ model }] }) => {
      const { port } = elsewhere.address() as AddressInfo;
      model.path = `s3://bucket/run/network.onnx?endpoint=http://127.0.0.1:${port}`;
    },
    /a server that this command was not told of: if it is yours, have that address in UNITSCOPE_STORES/,
  ],
  'a file of the user as the checkpoint': [
    ({ checkpoints: [{ model }] }, { victim }) => {
      const sha256 = createHash('sha256').update(SECRET).digest('hex');
      model.path = join(victim, 'note.txt');
      model.files = [{ name: 'note.txt', sha256, bytes: SECRET.length }];
    },
    /expected an \.onnx file or a tfjs model\.json/,
  ],
  'images in a folder of the user': [
    ({ source }, { victim }) => (source.images = { kind: 'folder', path: victim }),
    /the images have no category "0" any more/,
  ],
};

describe('a manifest has nothing outside the store read, written or removed: it names', () => {
  it.each(Object.entries(MANIFESTS))('%s', async (name, [edit, refusal]) => {
    const at = place(name);
    const file = join(at.store, 'sweeps', 'small', 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as StoredManifest;
    edit(manifest, at);
    writeFileSync(file, JSON.stringify(manifest));
    // As who made it would: no record of digests tells that it was changed.
    rmSync(join(at.store, '.sha256'), { recursive: true });
    const before = contents(at.victim);
    asked = 0;
    expect.soft(await run(at.home, 'ablate', 'small', '--layer', 'second')).not.toContain('evaluated');
    forgetResults(at);
    await resumeOnPage(at);
    const said = await run(at.home, 'retry', 'small');
    expect(said).toMatch(refusal);
    for (const verb of ['sweeps', 'gc --min-age 0', 'remove small']) await run(at.home, ...verb.split(' '));
    expect(contents(at.victim)).toEqual(before);
    expect(asked).toBe(0);
    for (const [stored, bytes] of Object.entries(contents(at.store))) {
      expect(bytes, stored).not.toContain(SECRET);
      expect(bytes, stored).not.toContain('1'.repeat(64));
    }
  });
});

const link = (store: string, target: string, ...names: string[]): void => {
  const path = join(store, ...names);
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
};
const LINKS: Record<string, (place: Place) => void> = {
  'the measured units': ({ store, victim }) => link(store, victim, 'units'),
  'the inputs': ({ store, victim }) => link(store, victim, 'inputs'),
  'unfinished writes': ({ store, victim }) => link(store, victim, '.tmp'),
  'the record of digests': ({ store, victim }) => link(store, victim, '.sha256'),
  'the results of a sweep': ({ store, victim }) => link(store, victim, 'sweeps', 'small', 'results'),
  'a sweep': ({ store, victim }) => link(store, victim, 'sweeps', 'small'),
  'leases and notes': ({ store, victim }) => {
    link(store, victim, 'leases');
    for (const name of ['progress.json', 'stop.json', 'execution.json', 'failures.arrow'])
      link(store, join(victim, 'note.txt'), 'sweeps', 'small', name);
  },
  'every shard of digests, by a hard link': ({ store, victim }) => {
    for (let shard = 0; shard < 4096; shard++) {
      const path = join(store, '.sha256', shard.toString(16).padStart(3, '0'));
      rmSync(path, { force: true });
      linkSync(join(victim, 'note.txt'), path);
    }
  },
};

describe('a link of a store has nothing outside it changed, in the place of', () => {
  it.each(Object.entries(LINKS))('%s', async (name, make) => {
    const at = place(name);
    make(at);
    const before = contents(at.victim);
    for (const verb of [
      'sweep own.yaml',
      'retry small',
      'verify',
      'gc --min-age 0',
      'remove small',
      'gc --min-age 0',
    ])
      await run(at.home, ...verb.split(' '));
    expect(contents(at.victim)).toEqual(before);
  });
});

it('a store among files of others touches none of them', async () => {
  const at = place('among others');
  const theirs = [
    'thesis.tex',
    join('units', 'holiday', 'a.jpg'),
    join('units', 'a.arrow'),
    join('inputs', 'mine.txt'),
    join('activations', 'mine.txt'),
    join('.tmp', 'mine.txt'),
    join('sweeps', 'mine', 'x'),
    join('sweeps', 'small', 'notes.txt'),
    join('sweeps', 'small', 'results', 'figure.svg'),
  ];
  for (const name of theirs) {
    mkdirSync(join(at.store, name, '..'), { recursive: true });
    writeFileSync(join(at.store, name), 'theirs');
  }
  for (const verb of [
    'sweep own.yaml',
    'gc --min-age 0',
    'remove small',
    'remove own',
    'gc --min-age 0',
    'remove mine',
  ])
    await run(at.home, ...verb.split(' '));
  const left = Object.entries(contents(at.store)).flatMap(([name, bytes]) =>
    bytes === 'theirs' ? [name] : [],
  );
  expect(left.sort()).toEqual([...theirs].sort());
});
