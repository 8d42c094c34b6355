// `node launch-racer.mjs STORE SPEC`: resolves the spec, says "ready", and when it is told anything launches the sweep and runs
// it; one line of JSON says how that ended.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runSweep } from '@unitscope/engine';
import { parseSpec } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { prepareSweep, resolveSweep } from '@unitscope/tasks';

const [address, path] = process.argv.slice(2);
const text = await readFile(path, 'utf8');
const manifest = await resolveSweep(parseSpec(text, path), dirname(path));
const store = await openStore(address);
console.log('ready');
await once(process.stdin, 'data');
process.stdin.destroy();
try {
  await prepareSweep(store, manifest, text, { replace: false });
  await runSweep(manifest, { store: address, threads: 1 });
  console.log(JSON.stringify({ spec: manifest.specDigest, ran: true }));
} catch ({ code, message }) {
  console.log(JSON.stringify({ spec: manifest.specDigest, ran: false, code, message }));
}
