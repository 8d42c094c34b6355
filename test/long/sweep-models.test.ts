import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointsSchema, layersSchema, unitsSchema } from '@unitscope/tables';
import { tinyCheckpoints, tinySpec } from '../e2e/support/checkpoints.js';
import { done, temporaryFolder, unitscope } from '../e2e/support/command-line.js';
import { readTable } from '../e2e/support/read-table.js';

let checkpoints = '';

beforeAll(async () => {
  checkpoints = await mkdtemp(join(tmpdir(), 'unitscope-e2e-'));
  await tinyCheckpoints(checkpoints);
  await writeFile(join(checkpoints, 'sweep.yaml'), tinySpec(checkpoints));
  await done(['sweep', 'sweep.yaml', '--threads', '1'], { cwd: checkpoints });
});

afterAll(() => rm(checkpoints, { recursive: true, force: true }));

async function sweepFolder(spec = tinySpec(checkpoints)): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'sweep.yaml'), spec);
  return folder;
}

interface Outcome {
  readonly cells: { readonly total: number; readonly done: number; readonly cached: number };
  readonly failures: readonly object[];
}

describe('a sweep over checkpoints', () => {
  it('labels its rows: checkpoints with their metadata, layers in depth, categories', async () => {
    const results = join(checkpoints, '.unitscope/sweeps/tiny/results');
    const meta = { step: 'float64', loss: 'float64', accuracy: 'float64' } as const;
    const table = await readTable(join(results, 'checkpoints.arrow'), checkpointsSchema(meta));
    expect(table.checkpoint.labels).toEqual(['step-0000', 'step-0001', 'step-0002']);
    expect(table['meta_step']).toMatchObject({ values: Float64Array.of(0, 1, 2) });
    const units = await readTable(join(results, 'units/step-0001.arrow'), unitsSchema);
    expect(units.unit).toHaveLength(2 * 96);
    expect(units.layer.values.labels).toEqual(['conv1', 'conv2', 'conv3', 'conv4']);
    expect(new Set(units.images)).toEqual(new Set([5]));
    expect(new Set(units.l1_norm.valid)).toEqual(new Set([1]));
    const layers = await readTable(join(results, 'layers/step-0001.arrow'), layersSchema);
    const scopes = Array.from(layers.scope.codes, (code) => layers.scope.labels[code]);
    expect(scopes).toEqual([1, 2, 3, 4].flatMap(() => ['category', 'category', 'all']));
  });

  it('sets a checkpoint whose weights are no numbers aside, and is whole once it is mended', async () => {
    const folder = await sweepFolder(tinySpec('runs'));
    await cp(checkpoints, join(folder, 'runs'), { recursive: true });
    const weights = join(folder, 'runs/step-0001/weights.bin');
    const good = await readFile(weights);
    await writeFile(
      weights,
      good.map((byte, i) => (i < 4 ? 0xff : byte)),
    );
    const run = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('16 cells done');
    expect(run.stdout).toContain('2 tasks failed (8 cells)');
    expect(run.stdout).toMatch(/step-0001 \/ 0: WEIGHTS_NOT_FINITE: .*layer "conv1".*unit 0/);
    await writeFile(weights, good);
    const outcome = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder })) as Outcome;
    expect(outcome).toMatchObject({ cells: { done: 24, cached: 16 }, failures: [] });
    // The spec names another path, so that provenance differs and the rows do not.
    const units = '.unitscope/sweeps/tiny/results/units/step-0001.arrow';
    expect(await readTable(join(folder, units), unitsSchema)).toEqual(
      await readTable(join(checkpoints, units), unitsSchema),
    );
  });
});

describe('what a training log lacks', () => {
  it('is said by plan and sweep before any work, and NaN stays a number in the tables', async () => {
    const folder = await sweepFolder(tinySpec(checkpoints).replace('log.csv', 'gaps.csv'));
    await writeFile(join(checkpoints, 'gaps.csv'), 'step,loss,val_loss\n0,0.9,\n0,,0.8\n1,nan,0.7\n');
    const notice = 'log: no row for 1 of 3 checkpoints (step-0002)';
    const plan = await done(['plan', 'sweep.yaml'], { cwd: folder });
    expect(plan).toContain(notice);
    expect(plan).toMatch(/\ntrainings +1, placed by step\n/);
    expect(JSON.parse(await done(['plan', 'sweep.yaml', '--json'], { cwd: folder }))).toMatchObject({
      notices: [notice],
    });
    const run = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(run.stderr.indexOf(notice)).toBeGreaterThanOrEqual(0);
    expect(run.stderr.indexOf(notice)).toBeLessThan(run.stderr.indexOf('sweep tiny: 3 checkpoints'));
    const schema = checkpointsSchema({ loss: 'float64', step: 'float64', val_loss: 'float64' });
    const table = await readTable(join(folder, '.unitscope/sweeps/tiny/results/checkpoints.arrow'), schema);
    expect(table['meta_loss']).toEqual({
      values: Float64Array.of(0.9, NaN, 0),
      valid: Uint8Array.of(1, 1, 0),
    });
    expect(table['meta_val_loss']).toEqual({
      values: Float64Array.of(0.8, 0.7, 0),
      valid: Uint8Array.of(1, 1, 0),
    });
  });
});
