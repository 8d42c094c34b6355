import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSweep } from '@unitscope/engine';
import { parseSpec } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { prepareSweep, resolveSweep } from '@unitscope/tasks';
import { unitsSchema } from '@unitscope/tables';
import { done, refused, temporaryFolder, unitscope } from '../e2e/support/command-line.js';
import { readTable } from '../e2e/support/read-table.js';

/** What PyTorch wrote of one small network: packages/models/test/fixtures/torch/make.py. */
const FIXTURES = join(import.meta.dirname, '../../packages/models/test/fixtures/torch/mobile');

interface Manifest {
  readonly checkpoints: readonly { readonly label: string; readonly digest: string; readonly meta: object }[];
}

function spec(name: string, checkpoints: string, more = ''): string {
  return `
name: ${name}
source:
  models:
    network: graph-dynamo-plain.onnx
    ${more}
    checkpoints: ${checkpoints}
    images: { from: folder, path: images, perCategory: 4 }
statistics: { bootstrap: 0 }
`;
}

async function torchFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await cp(FIXTURES, folder, { recursive: true });
  return folder;
}

/** Puts NaN into `pw.weight` of a .safetensors file. */
async function breakWeight(path: string): Promise<void> {
  const bytes = await readFile(path);
  const data = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, data).toString()) as Record<string, { data_offsets: number[] }>;
  bytes.writeFloatLE(NaN, data + (header['pw.weight']?.data_offsets[0] ?? 0));
  await writeFile(path, bytes);
}

async function manifestOf(folder: string, name: string): Promise<Manifest> {
  return JSON.parse(
    await readFile(join(folder, '.unitscope/sweeps', name, 'manifest.json'), 'utf8'),
  ) as Manifest;
}

interface Outcome {
  readonly cells: { readonly done: number; readonly cached: number };
  readonly failures: readonly object[];
}

describe('a sweep over files of weights and one graph', () => {
  it('measures the same weights once, whatever file they came in, and has the births of the full export', async () => {
    const folder = await torchFolder();
    const run = async (name: string, checkpoints: string): Promise<Outcome> => {
      await writeFile(join(folder, 'sweep.yaml'), spec(name, checkpoints));
      return JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder })) as Outcome;
    };
    const first = await run('first', '[step-1.pt]');
    expect(first).toMatchObject({ cells: { cached: 0 }, failures: [] });
    const dresses =
      '[step-1.safetensors, ddp-1.pt, lightning-1.ckpt, model.safetensors.index.json, step-0.pt]';
    const second = await run('second', dresses);
    expect(second).toMatchObject({ cells: { cached: 4 * first.cells.done }, failures: [] });
    // The graph as a network of its own is step-0, from which it was exported.
    const third = await run('third', '[graph-dynamo-plain.onnx]');
    expect(third).toMatchObject({ cells: { cached: first.cells.done }, failures: [] });
    const digests = (await manifestOf(folder, 'second')).checkpoints.map(({ digest }) => digest);
    expect(new Set(digests.slice(0, 4))).toEqual(
      new Set([(await manifestOf(folder, 'first')).checkpoints[0]?.digest]),
    );
    expect(new Set(digests).size).toBe(2);
    expect((await manifestOf(folder, 'third')).checkpoints[0]?.digest).toBe(digests[4]);
    const [full, bound] = await Promise.all(
      ['third/results/units/graph-dynamo-plain', 'second/results/units/step-0'].map((table) =>
        readTable(join(folder, '.unitscope/sweeps', `${table}.arrow`), unitsSchema),
      ),
    );
    for (const column of ['entropy', 'selective_rate', 'l1_norm'] as const)
      expect(bound?.[column]).toEqual(full?.[column]);
  });

  it('is done in parts by processes beside each other, with what the files say of themselves as metadata', async () => {
    const folder = await torchFolder();
    await writeFile(join(folder, 'sweep.yaml'), spec('parts', '[lightning-1.ckpt, step-0.pt]'));
    const parts = await Promise.all(
      ['1/2', '2/2'].map((shard) =>
        done(['sweep', 'sweep.yaml', '--shard', shard, '--threads', '1'], { cwd: folder }),
      ),
    );
    expect(parts.join('')).toMatch(/shard 1\/2: 5 cells done.*shard 2\/2: 5 cells done/s);
    const [lightning] = (await manifestOf(folder, 'parts')).checkpoints;
    expect(lightning?.meta).toEqual({ epoch: 3, step: 120, lr: 0.001 });
    expect(await done(['query', 'parts', 'SELECT count(*) AS layers FROM layers'], { cwd: folder })).toMatch(
      /\d/,
    );
  });

  it('sets a checkpoint aside that holds NaN, naming its tensor', async () => {
    const folder = await torchFolder();
    await breakWeight(join(folder, 'step-1.safetensors'));
    await writeFile(join(folder, 'sweep.yaml'), spec('nan', '[step-0.pt, step-1.safetensors]'));
    const run = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/step-1.*tensor 'pw\.weight': expected finite weights, found NaN/s);
  });

  it('sets a file of weights aside that is replaced while the sweep runs, and measures the others', async () => {
    const folder = await torchFolder();
    const text = `{ name: s, statistics: { bootstrap: 0 }, source: { models: {
      network: graph-dynamo-plain.onnx, checkpoints: [step-0.pt, step-1.pt, model.safetensors.index.json],
      images: { from: folder, path: images, perCategory: 1 } } } }`;
    const manifest = await resolveSweep(parseSpec(text, 'spec'), folder);
    const store = join(folder, 'store');
    await prepareSweep(await openStore(store), manifest, text, { replace: false });
    await cp(join(folder, 'step-0.pt'), join(folder, 'step-1.pt'));
    await cp(
      join(folder, 'model-00001-of-00002.safetensors'),
      join(folder, 'model-00002-of-00002.safetensors'),
    );
    const { cells, failures } = await runSweep(manifest, { store, threads: 1 });
    expect(failures.map(({ checkpoint, code, attempts }) => [checkpoint, code, attempts])).toEqual([
      ['step-1', 'INPUT_CHANGED', 1],
      ['model', 'INPUT_CHANGED', 1],
    ]);
    expect(failures[0]?.message).toMatch(
      /step-1\.pt: the checkpoint has changed since the sweep was resolved; run the sweep again/,
    );
    expect(cells).toMatchObject({ total: 15, done: 5, failed: 10 });
  });

  it('refuses what does not fit before anything is measured', async () => {
    const folder = await torchFolder();
    await writeFile(join(folder, 'sweep.yaml'), spec('bad', '[step-1.pt, missing-one.safetensors]'));
    expect(await refused(['sweep', 'sweep.yaml'], { cwd: folder })).toMatch(/'stem\.weight' has no tensor/);
  });

  it('ablates no checkpoint whose file has changed', async () => {
    const folder = await torchFolder();
    await writeFile(join(folder, 'sweep.yaml'), spec('ablated', '[step-1.pt]'));
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    await cp(join(folder, 'step-0.pt'), join(folder, 'step-1.pt'));
    const run = await unitscope(['ablate', 'ablated', '--layer', 'pw'], { cwd: folder });
    expect(run.stderr).toMatch(/step-1\.pt: the checkpoint has changed since the sweep was resolved/);
  });
});

describe('init --runs', () => {
  const RUNS = join(import.meta.dirname, '../../packages/tasks/test/fixtures/runs');

  it('looks at a folder of runs and writes a spec that runs as it is', async () => {
    const folder = await temporaryFolder();
    await cp(RUNS, folder, { recursive: true });
    const said = await done(['init', '--runs', 'lightning'], { cwd: folder });
    expect(said).toMatch(/runs of lightning: 6 files in lightning_logs.*next: `unitscope plan sweep\.yaml`/s);
    const outcome = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder })) as Outcome;
    expect(outcome).toMatchObject({ failures: [] });
    const { checkpoints } = await manifestOf(folder, 'lightning');
    expect(checkpoints.map(({ meta }) => meta)).toMatchObject([
      { run: 'version_0', step: 2, lr: 0.1, seed: 1 },
      { run: 'version_0', step: 4, lr: 0.1, seed: 1 },
      { run: 'version_1', step: 2, lr: 0.01, seed: 2 },
      { run: 'version_1', step: 4, lr: 0.01, seed: 2 },
    ]);
  });

  it('says what is still to be given', async () => {
    const folder = await temporaryFolder();
    await cp(join(RUNS, 'timm'), join(folder, 'timm'), { recursive: true });
    const said = await done(['init', 'a.yaml', '--runs', 'timm'], { cwd: folder });
    expect(said).toMatch(/no ONNX graph of these weights.*no folder of images.*next: edit it, then/s);
    expect(
      await refused(['init', 'b.yaml', '--runs', 'timm', '--network', 'none.onnx'], { cwd: folder }),
    ).toMatch(/none\.onnx: expected a file, found nothing/);
  });
});

describe('layers and bind with weights', () => {
  it.each(['layers', 'bind'])('name the tensor that holds NaN: %s', async (verb) => {
    const folder = await torchFolder();
    await breakWeight(join(folder, 'step-1.safetensors'));
    const args = [verb, 'graph-dynamo-plain.onnx', '--weights', 'step-1.safetensors'];
    expect(await refused(args, { cwd: folder })).toMatch(/tensor 'pw\.weight': expected finite weights/);
  });

  it('list the layers of the graph, and what is bound and left', async () => {
    const layers = await done(['layers', 'graph-dynamo-plain.onnx', '--weights', 'step-1.pt'], {
      cwd: FIXTURES,
    });
    expect(layers).toMatch(/17 weights of step-1\.pt bound, all that leads to these layers/);
    const bound = JSON.parse(
      await done(['bind', 'graph-dynamo-plain.onnx', '--weights', 'lightning-1.ckpt', '--json'], {
        cwd: FIXTURES,
      }),
    ) as { prefix: string; inside: string; left: string[]; notCalled: string[] };
    expect(bound).toMatchObject({ inside: 'state_dict', prefix: 'model.', left: ['criterion.weight'] });
    expect(bound.notCalled).toContain('collections.Counter');
    const table = await done(['bind', 'graph-legacy-plain.onnx', '--weights', 'ddp-1.pt'], { cwd: FIXTURES });
    expect(table).toMatch(/stem\.weight +8×3×3×3 +module\.stem\.weight/);
  });
});
