import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { failuresSchema } from '@unitscope/tables';
import { onnxBytes } from '../../packages/models/test/onnx-builder.ts';
import { conv, op, random } from '../../packages/models/test/onnx-parts.ts';
import { done, temporaryFolder, unitscope } from '../e2e/support/command-line.js';
import { readTable } from '../e2e/support/read-table.js';
import { resultsOf } from '../e2e/support/results.js';

const CHECKPOINTS = 12;

/** A sweep of twelve checkpoints over digits. */
async function written(): Promise<string> {
  const folder = await temporaryFolder();
  for (let i = 0; i < CHECKPOINTS; i++) {
    const network = onnxBytes({
      input: ['N', 1, 28, 28],
      nodes: [
        conv(['image', 'w'], 'c'),
        op('Relu', ['c'], 'r'),
        conv(['r', 'v'], 'd'),
        op('Relu', ['d'], 's'),
      ],
      weights: { w: random([16, 1, 3, 3], i + 1), v: random([16, 16, 3, 3], i + 99) },
      output: 's',
    });
    await writeFile(join(folder, `net-${String(i).padStart(2, '0')}.onnx`), network);
  }
  const spec = `
name: s
source:
  models:
    checkpoints: ['net-*.onnx']
    images: { from: mnist, perCategory: 60, categories: ["3", "5"] }
statistics: { bootstrap: 0 }
engine: { threads: 2 }
`;
  await writeFile(join(folder, 'sweep.yaml'), spec);
  return folder;
}

async function objectsIn(folder: string): Promise<number> {
  const names = await readdir(join(folder, '.unitscope/units'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.arrow')).length;
}

/** Signals that the first objects of a sweep are there, and that it is not done. */
async function underWay(folder: string, isOver: () => boolean): Promise<void> {
  while ((await objectsIn(folder)) < 3) {
    if (isOver()) throw new Error('the sweep was over before it could be interrupted');
    await sleep(5);
  }
}

it.skipIf(process.platform === 'win32')(
  'a sweep whose process dies of a native crash goes on where it was, with the same bytes',
  async () => {
    const whole = await written();
    await done(['sweep', 'sweep.yaml'], { cwd: whole });
    const folder = await written();
    let over = false;
    let kill: (() => void) | undefined;
    const run = unitscope(['sweep', 'sweep.yaml'], {
      cwd: folder,
      onProgress: (child) => (kill ??= () => child.kill('SIGSEGV')),
    }).finally(() => (over = true));
    await underWay(folder, () => over);
    while (kill === undefined) await sleep(5);
    kill();
    expect(await run).toMatchObject({ code: null });
    const there = await objectsIn(folder);
    expect(there).toBeLessThan(CHECKPOINTS * 4);
    const outcome: unknown = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder }));
    expect(outcome).toMatchObject({ cells: { total: CHECKPOINTS * 4, done: CHECKPOINTS * 4, failed: 0 } });
    expect((outcome as { cells: { cached: number } }).cells.cached).toBeGreaterThan(0);
    expect(await resultsOf(folder, 's')).toEqual(await resultsOf(whole, 's'));
  },
  300_000,
);

/** Stands for a native library that a checkpoint crashes: whoever reads it in a thread, or as its own task, is gone. */
const CRASH = `
const { isMainThread } = require('node:worker_threads');
const fs = require('node:fs');
const { readFile } = fs.promises;
if (!isMainThread || process.send !== undefined) {
  fs.promises.readFile = (path, ...rest) => {
    if (String(path).endsWith('net-05.onnx')) process.kill(process.pid, 'SIGSEGV');
    return readFile(path, ...rest);
  };
  require('node:module').syncBuiltinESMExports();
}`;

it.skipIf(process.platform === 'win32')(
  'a checkpoint that crashes native code each time ends one run, and is set aside by the next',
  async () => {
    const folder = await written();
    await mkdir(join(folder, 'preload'));
    await writeFile(join(folder, 'preload', 'crash.cjs'), CRASH);
    const env = { NODE_OPTIONS: `--require ${join(folder, 'preload', 'crash.cjs')}` };
    expect(await unitscope(['sweep', 'sweep.yaml'], { cwd: folder, env })).toMatchObject({ code: null });
    const run = await unitscope(['sweep', 'sweep.yaml', '--json'], { cwd: folder, env });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({
      cells: { total: CHECKPOINTS * 4, done: (CHECKPOINTS - 1) * 4, failed: 4 },
    });
    const path = join(folder, '.unitscope/sweeps/s/failures.arrow');
    const { checkpoint, code } = await readTable(path, failuresSchema);
    expect([checkpoint, code]).toMatchObject([
      { values: { labels: ['net-05'] } },
      { labels: ['PROCESS_DIED'] },
    ]);
    // Without the crash it is done like any other.
    const outcome: unknown = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder }));
    expect(outcome).toMatchObject({ cells: { done: CHECKPOINTS * 4, failed: 0 } });
  },
  300_000,
);
