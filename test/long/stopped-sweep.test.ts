import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.js';
import { done, temporaryFolder, unitscope } from '../e2e/support/command-line.js';

it('pause stops a sweep of another process, watch says how far it is, and resume does the rest', async () => {
  const folder = await temporaryFolder();
  for (let i = 0; i < 40; i++) {
    const checkpoint = `step-${i}`;
    await writeActivations(join(folder, `maps-${i}.arrow`), reluNoise(i, { units: 40, images: 40 }), {
      checkpoint,
      layer: 'conv1',
    });
  }
  const spec = '{ name: s, source: { activations: ["maps-*.arrow"] }, engine: { threads: 1 } }';
  await writeFile(join(folder, 'sweep.yaml'), spec);
  let paused: Promise<string> | undefined;
  const sweep = await unitscope(['sweep', 'sweep.yaml'], {
    cwd: folder,
    onProgress: (_, stderr) => {
      if (stderr.includes('sweep s:')) paused ??= done(['pause', 's'], { cwd: folder });
    },
  });
  // A sweep that was over before it could hear is no failure of the verb's; on any machine it is one or the other.
  if (sweep.code !== 0) {
    expect(sweep).toMatchObject({ code: 130 });
    expect(await paused).toContain('paused; `unitscope resume s` goes on');
    expect(await done(['watch', 's', '--once'], { cwd: folder })).toMatch(
      /: (incomplete|planned), \d+\/40 cells, /,
    );
    expect(await done(['resume', 's'], { cwd: folder })).toContain('sweep s: 40 cells done');
  } else await paused?.catch(() => undefined);
  expect(await done(['watch', 's'], { cwd: folder })).toContain(
    ': complete, 40/40 cells, 40/40 checkpoints, 0 tasks failed',
  );
  for (const verb of ['pause', 'cancel']) {
    expect((await unitscope([verb, 's'], { cwd: folder })).stderr).toContain(
      'sweep "s" is complete: nobody runs it',
    );
  }
  for (const verb of ['resume', 'retry']) {
    expect((await unitscope([verb, 's'], { cwd: folder })).stderr).toContain('nothing is left to do');
    expect((await unitscope([verb, 'other'], { cwd: folder })).stderr).toContain('no sweep "other" in');
  }
});
