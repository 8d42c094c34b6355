import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { codeBlocks } from '../documentation/code-blocks.ts';
import { root } from '../documentation/pages.ts';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.ts';
import { BIN, temporaryFolder, unitscope } from '../e2e/support/command-line.ts';
import { python } from './python.ts';

/** Runs the only Python block of docs/tables.md that says `what`, of a sweep in a store; answers the lines that it prints. */
async function printed(what: string, folder: string): Promise<string[]> {
  const blocks = codeBlocks(root, 'docs/tables.md').filter(
    ({ language, code }) => language === 'python' && code.includes(what),
  );
  expect(blocks).toHaveLength(1);
  const script = join(folder, 'block.py');
  const store = JSON.stringify(join(folder, '.unitscope'));
  await writeFile(script, `store, sweep = ${store}, "s"\n${blocks[0]?.code ?? ''}`);
  return (await python(script)).trim().split('\n');
}

it('the Python of docs/tables.md tells how much of a sweep its tables hold, and in what state it is', async () => {
  const folder = await temporaryFolder();
  for (const [at, checkpoint] of ['whole', 'whole', 'half', 'half'].entries()) {
    const maps = reluNoise(at);
    if (at === 3) maps.values[5] = NaN;
    const layerIndex = at % 2;
    const label = { checkpoint, layer: `conv${layerIndex}`, layerIndex };
    await writeActivations(join(folder, `maps-${at}.arrow`), maps, label);
  }
  await writeFile(join(folder, 'sweep.yaml'), '{ name: s, source: { activations: ["maps-*.arrow"] } }');
  expect(await unitscope(['sweep', 'sweep.yaml'], { cwd: folder })).toMatchObject({ code: 1 });

  expect(await printed('cells_planned', folder)).toEqual(['half 1 of 2 cells', 'whole 2 of 2 cells']);

  // The command line, as it is called where it is installed.
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'unitscope'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  await chmod(join(bin, 'unitscope'), 0o755);
  const { PATH } = process.env;
  process.env['PATH'] = [bin, PATH].join(delimiter);
  onTestFinished(() => void (process.env['PATH'] = PATH));
  const [line = ''] = await printed('"sweeps", "--store"', folder);
  expect(line).toBe("s failed {'total': 4, 'held': 3, 'failed': 1, 'lost': 0, 'missing': 0}");
}, 300_000);
