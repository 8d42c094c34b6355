import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseSpec, type Manifest } from '@unitscope/plan';
import { resolveSweep } from '@unitscope/tasks';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.js';
import { done, temporaryFolder } from '../e2e/support/command-line.js';
import { resultsOf } from '../e2e/support/results.js';

export interface ActivationSweep {
  readonly folder: string;
  readonly spec: string;
  readonly text: string;
  readonly manifest: Manifest;
  readonly tasks: number;
}

interface Extent {
  readonly checkpoints?: number;
  readonly layers?: readonly string[];
  readonly categories?: readonly string[];
}

/** A folder of activation files and the spec of a sweep over them, called `tiny`: one task a file. */
export async function activationSweep({
  checkpoints = 2,
  layers = ['conv1', 'conv2'],
  categories = ['0', '1', '2'],
}: Extent = {}): Promise<ActivationSweep> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'maps'));
  let file = 0;
  for (let checkpoint = 0; checkpoint < checkpoints; checkpoint++) {
    for (const [layerIndex, layer] of layers.entries()) {
      for (const category of categories) {
        await writeActivations(join(folder, 'maps', `${file}.arrow`), reluNoise(file), {
          checkpoint: `step-${checkpoint}`,
          layer,
          layerIndex,
          category,
        });
        file++;
      }
    }
  }
  const text = 'name: tiny\nsource: { activations: ["maps/*.arrow"] }\nstatistics: { bootstrap: 20 }\n';
  const spec = join(folder, 'sweep.yaml');
  await writeFile(spec, text);
  return {
    folder,
    spec,
    text,
    manifest: await resolveSweep(parseSpec(text, spec), folder),
    tasks: checkpoints * layers.length * categories.length,
  };
}

/** Address of a store of this sweep's own. */
export function storeOf({ folder }: ActivationSweep, name = 'store'): string {
  return pathToFileURL(join(folder, name)).href;
}

/** The result tables as the in-process engine makes them. */
export async function localResults(sweep: ActivationSweep): Promise<Record<string, Buffer>> {
  await done(['sweep', sweep.spec, '--store', 'local', '--threads', '1'], { cwd: sweep.folder });
  return resultsOf(sweep.folder, 'tiny', 'local');
}

/** How often each task was computed, of those that were; a task that was found done is not. */
export async function computedTasks(log: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    const [, task] = /^computed (cells-.*)$/.exec(line) ?? [];
    if (task !== undefined) counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return counts;
}

/** Waits until the log of tasks (task-entry.mjs) has more lines that begin so than it had. */
export async function untilMore(log: string, beginning: string, before = 0): Promise<number> {
  for (;;) {
    const count = await linesOf(log, beginning);
    if (count > before) return count;
    await sleep(20);
  }
}

/** How many lines of the log of tasks begin so. */
export async function linesOf(log: string, beginning: string): Promise<number> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.startsWith(beginning)).length;
}
