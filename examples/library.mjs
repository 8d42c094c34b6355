// The packages as a library: a sweep in ten lines. node examples/library.mjs SPEC STORE
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { runSweep } from '@unitscope/engine';
import { parseSpec } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { prepareSweep, resolveSweep } from '@unitscope/tasks';

const [file = 'examples/demo/sweep.yaml', store = '.unitscope'] = process.argv.slice(2);
const text = await readFile(file, 'utf8');
const manifest = await resolveSweep(parseSpec(text, file), dirname(resolve(file)));
await prepareSweep(await openStore(store), manifest, text, { replace: false });
const { cells, failures } = await runSweep(manifest, { store, threads: 2 });
console.log(`${cells.done} cells done, ${cells.cached} already there, ${failures.length} tasks failed`);
