import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '@unitscope/store';
import { reluNoise, writeActivations } from './activation-files.js';
import { done, temporaryFolder, unitscope } from './command-line.js';
import { filesOf } from './results.js';

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
