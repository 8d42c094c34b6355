// `npm run bench:query`: mean entropy by checkpoint and layer over the units tables of a large sweep, as `unitscope query`
// answers it, beside Python polars on the same files. Each side is a process of its own, best of `--times` runs.
// --rows 10000000 (10,000 a checkpoint)   --times 5   --json (last line)
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeUnits } from './make-units.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    times: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
const units = Math.min(10_000, rows);
const checkpoints = Math.round(rows / units);
const root = join(import.meta.dirname, '..', '..', '..');
const store = join(root, '.cache', 'bench-query', `${checkpoints}x${units}`);
await makeSweep();

const ours = ask(process.execPath, [join(import.meta.dirname, 'ask-unitscope.mjs'), store, values.times]);
console.log(
  `unitscope query: ${ours.seconds.toFixed(3)} s, ${ours.peak_mb.toFixed(0)} MB at most, of which ${ours.private_mb.toFixed(0)} MB are not pages of the files`,
);
const venv = join(root, '.cache', 'python', 'bin', 'python');
const python = existsSync(venv) ? venv : 'python3';
const polars = ask(python, [
  join(import.meta.dirname, 'ask_polars.py'),
  join(store, 'sweeps/bench/results/units'),
  values.times,
]);
if (polars !== null)
  console.log(`Python polars:   ${polars.seconds.toFixed(3)} s, ${polars.peak_mb.toFixed(0)} MB at most`);
else console.log('Python polars:   not there (npm run test:interop sets it up)');
const overPolars = polars === null ? null : ours.seconds / polars.seconds;
if (polars !== null && (polars.groups !== ours.groups || Math.abs(polars.sum - ours.sum) > 1e-6)) {
  throw new Error(`the answers differ: ${JSON.stringify({ ours, polars })}`);
}
console.log(
  `${(rows / 1e6).toFixed(1)} M rows, ${ours.groups} groups${overPolars === null ? '' : `, ${overPolars.toFixed(2)} x the time of polars`}`,
);
if (values.json) {
  console.log(JSON.stringify({ seconds: ours.seconds, over_polars: overPolars, peak_mb: ours.peak_mb }));
}

function ask(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout);
  if (program === process.execPath) throw new Error(stderr);
  console.error(stderr.trim().split('\n').at(-1));
  return null;
}

async function makeSweep() {
  if (existsSync(store)) return;
  const unfinished = `${store}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  console.log(`writing ${rows} rows to ${store} …`);
  const folder = join(unfinished, 'sweeps', 'bench');
  await makeUnits(join(folder, 'results', 'units'), checkpoints, units);
  await mkdir(join(folder, 'results', 'layers'));
  const labels = Array.from({ length: checkpoints }, (_, i) => `step-${String(i).padStart(5, '0')}`);
  for (const label of labels) await writeFile(join(folder, 'results', 'layers', `${label}.arrow`), '');
  const manifest = {
    format: 'unitscope.manifest/1',
    sweep: 'bench',
    specDigest: '',
    semantics: 1,
    density: 0.8,
    statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 0 },
    keepActivations: false,
    keepBirths: false,
    checkpoints: labels.map((label) => ({ label, digest: '', meta: {} })),
    source: { kind: 'activations', cells: [] },
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await rename(unfinished, store);
}
