import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '@unitscope/store';
import { decodeTable, encodeTable, memorySource, unitHistogramsSchema } from '@unitscope/tables';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.js';
import { done, temporaryFolder, unitscope } from '../e2e/support/command-line.js';
import { filesOf } from '../e2e/support/results.js';

/** A folder in which a sweep `name` over one activation file is done. */
async function sweptFolder(name = 's'): Promise<string> {
  const folder = await temporaryFolder();
  await writeActivations(join(folder, 'maps.arrow'), reluNoise(1), { layer: 'conv1' });
  const spec = `{ name: ${name}, source: { activations: [maps.arrow] }, births: true }`;
  await writeFile(join(folder, 'sweep.yaml'), spec);
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
  return folder;
}

it('sweeps says how far each is; verify finds a flipped bit, and what was removed is made again', async () => {
  const folder = await sweptFolder();
  expect(await done(['sweeps'], { cwd: folder })).toMatch(/\ns +complete +1\/1 +1\/1 +0\n$/);
  expect(JSON.parse(await done(['sweeps', '--json'], { cwd: folder }))).toMatchObject([
    { name: 's', checkpoints: 1, finished: 1, failures: 0 },
  ]);
  expect(await done(['verify'], { cwd: folder })).toContain(' 0 damaged');
  const store = join(folder, '.unitscope');
  const [victim = ''] = Object.keys(await filesOf(store)).filter((key) => key.startsWith('units/'));
  const bytes = await readFile(join(store, victim));
  await writeFile(
    join(store, victim),
    bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)),
  );
  const run = await unitscope(['verify'], { cwd: folder });
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect(run.stdout).toMatch(new RegExp(`^${victim}: .*expected SHA-256`));
  expect(run.stdout).toContain('1 damaged');
  const json = await unitscope(['verify', '--json'], { cwd: folder });
  expect(JSON.parse(json.stdout)).toMatchObject({ damaged: [{ key: victim }] });
  await rm(join(store, victim));
  expect(JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder }))).toMatchObject({
    cells: { done: 1, cached: 0 },
  });
  expect(await readFile(join(store, victim))).toEqual(bytes);
  expect(await done(['verify'], { cwd: folder })).toContain(' 0 damaged');
});

it('gc removes what no sweep needs, after saying so, and leaves what one needs', async () => {
  const folder = await sweptFolder('kept');
  const other = '{ name: gone, source: { activations: [maps.arrow] }, density: 0.5, births: true }';
  await writeFile(join(folder, 'other.yaml'), other);
  await done(['sweep', 'other.yaml'], { cwd: folder });
  const store = join(folder, '.unitscope');
  expect(JSON.parse(await done(['gc', '--min-age', '0', '--json'], { cwd: folder }))).toMatchObject({
    objects: 0,
    kept: 4,
  });
  expect(await done(['remove', 'gone'], { cwd: folder })).toContain('sweep gone is removed');
  const before = await filesOf(store);
  expect(await done(['gc', '--min-age', '0', '--dry-run'], { cwd: folder })).toMatch(
    /^would remove 2 objects, .* needed: 2 objects/,
  );
  expect(await filesOf(store)).toEqual(before);
  expect(await done(['gc', '--min-age', '0'], { cwd: folder })).toMatch(/^removed 2 objects, /);
  const kept = (files: object) => Object.keys(files).filter((key) => !key.startsWith('leases/'));
  expect(kept(await filesOf(store))).toHaveLength(kept(before).length - 2);
  expect(await done(['verify'], { cwd: folder })).toContain(' 0 damaged');
  const again: unknown = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder }));
  expect(again).toMatchObject({ cells: { cached: 1 } });
});

it('gc refuses while a sweep of the store runs, unless it is told that it may', async () => {
  const folder = await sweptFolder();
  const store = await openStore(join(folder, '.unitscope'));
  const holder = { host: 'elsewhere', space: '', process: 7, begun: '', user: '' };
  const lease = { purpose: 'run', content: '', since: '2026-11-28T10:00:00Z', released: false, holder };
  await store.put('leases/sweeps/s/000000000009.json', Buffer.from(JSON.stringify(lease)));
  const refused = await unitscope(['gc', '--min-age', '0'], { cwd: folder });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(
    /nothing is removed, .*sweep "s" is running by elsewhere, process 7, since .*--beside-running/,
  );
  expect(await done(['gc', '--dry-run'], { cwd: folder })).toContain('would remove 0 objects');
  expect(await done(['gc', '--beside-running'], { cwd: folder })).toContain('removed 0 objects');
});

it('verify names what a program with other numbers wrote, and removes it on demand: the sweep makes it anew', async () => {
  const folder = await sweptFolder();
  const before = await filesOf(join(folder, '.unitscope'));
  const store = await openStore(join(folder, '.unitscope'));
  const [key = ''] = Object.keys(before).filter((name) => name.startsWith('units/'));
  const rows = await decodeTable(memorySource(key, before[key] ?? Buffer.alloc(0)), unitHistogramsSchema);
  const writer = 'unitscope 9.0.0, semantics 99, kernel 0123456789ab, node 22.12.0 linux-x64';
  const images = rows.images.map((count) => count + 1);
  const metadata = { 'unitscope.writer': writer };
  await store.put(key, await encodeTable(unitHistogramsSchema, { ...rows, images }, { metadata }));
  // As if that program had made it before the tables were made.
  await rm(join(folder, '.unitscope/sweeps/s/results/layers'), { recursive: true });
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
  const found = await unitscope(['verify'], { cwd: folder });
  expect(found).toMatchObject({ code: 1 });
  expect(found.stdout).toContain(`${key}: of sweep s, unlabelled / conv1`);
  expect(found.stdout).toMatch(/written by another program; semantics version: .* found 99; kernel: /);
  expect(found.stdout).toContain('1 foreign object: `unitscope verify --remove-foreign`, then run again: s');
  const removed = await unitscope(['verify', '--remove-foreign'], { cwd: folder });
  expect(removed.stdout).toContain('1 foreign object removed, with the result tables made of them');
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
  expect(await done(['verify'], { cwd: folder })).toContain(' 0 damaged');
  const after = await filesOf(join(folder, '.unitscope'));
  for (const name of Object.keys(before).filter((one) => one === key || one.includes('/results/')))
    expect(after[name]).toEqual(before[name]);
});
