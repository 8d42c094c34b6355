import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { tableFromIPC } from 'apache-arrow';
import { expect, it } from 'vitest';
import { openStore } from '@unitscope/store';
import { listSweeps, readManifest } from '@unitscope/tasks';
import { activationSweep, storeOf } from '../activation-sweep.js';
import { freshAddress, useS3Server } from '../s3-server.js';

const LAUNCHES = 20;
const server = useS3Server();

interface Ended {
  readonly spec: string;
  readonly ran: boolean;
  readonly code?: string;
  readonly message?: string;
}

/** A process that is about to launch a sweep; `go` lets it. */
interface Racer {
  readonly process: number;
  readonly go: () => Promise<Ended>;
}

async function racer(store: string, spec: string): Promise<Racer> {
  const script = fileURLToPath(new URL('launch-racer.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, store, spec], {
    env: { ...process.env, ...server().env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  return {
    process: child.pid ?? 0,
    async go() {
      child.stdin.write('go\n');
      const { value } = (await lines.next()) as { value: string };
      return JSON.parse(value) as Ended;
    },
  };
}

it.each(['a folder', 'S3'])(
  'of twenty processes that launch two specs of one name at once in %s, those of one spec have it, and the others are told who',
  async (kind) => {
    const sweep = await activationSweep({ checkpoints: 1 });
    const other = join(sweep.folder, 'other.yaml');
    await writeFile(other, sweep.text.replace('bootstrap: 20', 'bootstrap: 30'));
    const address = kind === 'S3' ? freshAddress(server()) : storeOf(sweep);
    const racers: Racer[] = [];
    // They wait for one another: a few at a time, since each start takes a second of a core.
    for (let i = 0; i < LAUNCHES; i += 4) {
      const four = Array.from({ length: 4 }, (_, k) =>
        racer(address, (i + k) % 2 === 0 ? sweep.spec : other),
      );
      racers.push(...(await Promise.all(four)));
    }
    const ended = await Promise.all(racers.map((one) => one.go()));

    // Of the winner's launches those are refused too that come while another one runs the sweep.
    const winners = new Set(ended.flatMap(({ spec, ran }) => (ran ? [spec] : [])));
    expect(winners.size).toBe(1);
    const [winner] = winners;
    const processes = racers.map(({ process: id }) => id).join('|');
    const who = new RegExp(`${hostname()}, process (${processes}), since 2`);
    for (const { code, message } of ended.filter((one) => !one.ran)) {
      expect(['SWEEP_NAME_TAKEN', 'HELD_BY_ANOTHER']).toContain(code);
      expect(message).toMatch(who);
    }

    const store = await openStore(address);
    expect((await readManifest(store, 'tiny')).specDigest).toBe(winner);
    expect(await listSweeps(store)).toMatchObject([
      { name: 'tiny', state: 'complete', cells: { missing: 0 } },
    ]);
    for await (const { key } of store.list('sweeps/tiny/results/units/')) {
      const { metadata } = tableFromIPC(await store.get(key)).schema;
      expect(metadata.get('unitscope.spec_digest')).toBe(winner);
    }
  },
  240_000,
);
