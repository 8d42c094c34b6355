// A folder store of many objects: opened, one asked for, listed, looked through for garbage. npm run bench:objects -- [N …]
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@unitscope/store';
import { collectGarbage } from '@unitscope/tasks';
import { line, scratchFolder } from './bench.mjs';

const counts = process.argv.slice(2).map(Number);
const scratch = scratchFolder();
const digest = (data) => createHash('sha256').update(data).digest('hex');
const keyOf = (i) => `units/${digest(String(i))}.arrow`;

/** The files and the ledger as a store would have left them, written at once. */
function written(count) {
  const folder = join(scratch, String(count));
  const ledger = join(folder, '.sha256');
  for (const name of [join(folder, 'units'), ledger]) mkdirSync(name, { recursive: true });
  const bytes = Buffer.alloc(64);
  const shards = new Map();
  for (let i = 0; i < count; i++) {
    const key = keyOf(i);
    const file = join(folder, key);
    writeFileSync(file, bytes);
    const { size, mtimeNs, ino } = statSync(file, { bigint: true });
    const shard = digest(key).slice(0, 3);
    shards.set(shard, `${shards.get(shard) ?? ''}\n${digest(bytes)} ${size} ${mtimeNs} ${ino} ${key}\n`);
  }
  for (const [shard, text] of shards) writeFileSync(join(ledger, shard), text);
  return folder;
}

/** Seconds of processor time that something takes. */
async function taken(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

for (const count of counts.length > 0 ? counts : [10_000, 100_000]) {
  const folder = written(count);
  let store;
  const open = await taken(async () => (store = await openStore(folder)));
  const head = await taken(() => store.head(keyOf(5)));
  const list = await taken(async () => {
    let found = 0;
    for await (const { key } of store.list('units/')) found += key === '' ? 0 : 1;
    if (found !== count) throw new Error(`expected ${count} objects, found ${found}`);
  });
  const gc = await taken(async () => {
    const { objects } = await collectGarbage(store, { dryRun: true, minAgeMs: 0 });
    if (objects !== count) throw new Error(`expected ${count} objects of garbage, found ${objects}`);
  });
  const seconds = { open, head, list, gc };
  const figures = Object.entries(seconds).map(([name, value]) => `${name} ${value.toFixed(3)} s`);
  line(
    `${count.toLocaleString('en')} objects: ${figures.join(', ')}; gc ${((gc / count) * 1e6).toFixed(0)} µs an object`,
  );
  rmSync(folder, { recursive: true });
}
