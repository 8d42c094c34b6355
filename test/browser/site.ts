import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { TestProject } from 'vitest/node';
import { startSupervised } from '../../infra/supervised-process.mjs';
import { BIN } from '../e2e/support/command-line.ts';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.ts';
import { HOSTILE, HOSTILE_IMAGES } from './hostile-names.ts';
import { picturePixels } from './picture-pixels.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the dashboard answers, with a slash at the end. */
    url: string;
    /**
     * The store whose sweeps it shows: `demo` with kept maps and births, `made` without, `hostile` of activation files, and
     * `pictures` of image files, `shown` of its maps as activation files beside most of its images, and `deep` of 100 layers with long names.
     */
    store: string;
    /** A sweep.yaml over the demo's checkpoints, not yet run; its sweep is called `live`. */
    liveSpec: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const checkpoints = join(root, 'examples/demo/checkpoints');

/** A store with sweeps over the demo's own checkpoints and over hostile names, and the dashboard over it. */
export default async function site(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'unitscope-browser-'));
  try {
    // What the demo trained; without it, the demo trains now.
    if (!existsSync(join(checkpoints, 'step-0512.onnx'))) run(['examples/demo/demo.mjs'], root);
    const store = join(folder, 'store');
    writeFileSync(join(folder, 'demo.yaml'), specOf('demo', 8, 'activations: keep\nbirths: true\n'));
    run([BIN, 'sweep', 'demo.yaml', '--store', store], folder);
    await writeHostile(folder);
    run([BIN, 'sweep', 'hostile.yaml', '--store', store], folder);
    await writeDeep(folder);
    run([BIN, 'sweep', 'deep.yaml', '--store', store], folder);
    writeFileSync(join(folder, 'made.yaml'), specOf('made', 6, 'births: true\n'));
    run([BIN, 'sweep', 'made.yaml', '--store', store], folder);
    await writePictures(folder);
    run([BIN, 'sweep', 'pictures.yaml', '--store', store], folder);
    writeShown(folder, store);
    run([BIN, 'sweep', 'shown.yaml', '--store', store], folder);
    const liveSpec = join(folder, 'live.yaml');
    // Long enough for the page to look several times.
    writeFileSync(liveSpec, specOf('live', 800, ''));

    const dashboard = await startDashboard(folder, store, ['--no-temporal']);
    project.provide('url', dashboard.url);
    project.provide('store', store);
    project.provide('liveSpec', liveSpec);
    return () => dashboard.stop();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The dashboard over a store; its folder goes when it does. */
export async function startDashboard(
  folder: string,
  store: string,
  options: readonly string[] = [],
): Promise<{ url: string; stop(): Promise<void> }> {
  const logFile = join(folder, 'dashboard.log');
  const dashboard = await startSupervised({
    command: process.execPath,
    args: [BIN, 'dashboard', '--store', store, '--port', '0', '--json', ...options],
    logFile,
    removeFolder: folder,
  });
  return { url: await urlIn(logFile), stop: () => dashboard.stop() };
}

function specOf(name: string, perCategory: number, rest: string): string {
  return `name: ${name}
source:
  models:
    checkpoints:
      - path: ${JSON.stringify(join(checkpoints, 'step-*.onnx'))}
        pattern: "step-(?<step>\\\\d+)"
    log: { path: ${JSON.stringify(join(checkpoints, 'log.csv'))}, on: step }
    images: { from: mnist, perCategory: ${perCategory}, seed: 0 }
    preprocess: unit
    batchSize: 40
statistics: { bootstrap: 200 }
${rest}`;
}

async function writeHostile(folder: string): Promise<void> {
  mkdirSync(join(folder, 'maps'));
  for (const [step, seed] of [1, 2, 3].entries()) {
    await writeActivations(join(folder, 'maps', `${step}.arrow`), reluNoise(seed, { units: 4, images: 12 }), {
      checkpoint: `${HOSTILE.checkpoint} ${step}`,
      layer: HOSTILE.layer,
      layerIndex: 0,
      category: HOSTILE.category,
    });
  }
  writeFileSync(
    join(folder, 'hostile.yaml'),
    'name: hostile\nsource: { activations: ["maps/*.arrow"] }\nbirths: true\n',
  );
}

/** A network of 100 layers in blocks, with names that exporters write. */
async function writeDeep(folder: string): Promise<void> {
  mkdirSync(join(folder, 'deep'));
  const sizes = [14, 10, 7, 4];
  for (let at = 0; at < 100; at++) {
    const [stage, block] = [Math.floor(at / 25), Math.floor((at % 25) / 3)];
    const maps = reluNoise(at + 1, { units: 2, images: 6, size: sizes[stage] ?? 4 });
    await writeActivations(join(folder, 'deep', `${at}.arrow`), maps, {
      ...{ checkpoint: 'step-1', category: 'all', layerIndex: at },
      layer: `/backbone/body/layer${stage + 1}/layer${stage + 1}.${block}/conv${(at % 3) + 1}/Conv_output_${at}`,
    });
  }
  writeFileSync(join(folder, 'deep.yaml'), 'name: deep\nsource: { activations: ["deep/*.arrow"] }\n');
}

/** Images as files, some under names that would be markup: squares of another brightness each, with a bright corner. */
async function writePictures(folder: string): Promise<void> {
  for (const [at, category] of ['plain', HOSTILE_IMAGES.category].entries()) {
    mkdirSync(join(folder, 'pictures', category), { recursive: true });
    for (let i = 0; i < 4; i++) {
      const name = at === 1 && i === 0 ? HOSTILE_IMAGES.image : `${i}.png`;
      const raw = { width: 28, height: 28, channels: 1 } as const;
      writeFileSync(
        join(folder, 'pictures', category, name),
        await sharp(picturePixels(i), { raw }).png().toBuffer(),
      );
    }
  }
  writeFileSync(
    join(folder, 'pictures.yaml'),
    `name: pictures
source:
  models:
    checkpoints: [${JSON.stringify(join(checkpoints, 'step-0512.onnx'))}]
    images: { from: folder, path: pictures, perCategory: 4, seed: 0 }
    preprocess: unit
activations: keep
`,
  );
}

/** The maps of \`pictures\` as another program would leave them, and its images as they lie there: but for one, and a category. */
function writeShown(folder: string, store: string): void {
  mkdirSync(join(folder, 'shown'));
  for (const [at, category] of ['plain', HOSTILE_IMAGES.category].entries()) {
    const cell = ['--layer', 'conv2', '--category', category, '--out', join('shown', `${at}.arrow`)];
    run([BIN, 'maps', 'pictures', '--store', store, ...cell], folder);
  }
  cpSync(join(folder, 'pictures/plain'), join(folder, 'photographs/plain'), { recursive: true });
  rmSync(join(folder, 'photographs/plain/2.png'));
  writeFileSync(
    join(folder, 'shown.yaml'),
    `name: shown
source:
  activations: ['shown/*.arrow']
  images: { from: folder, path: photographs }
  preprocess: unit
`,
  );
}

function run(args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ended with ${status}\n${stderr}`);
}

async function urlIn(logFile: string): Promise<string> {
  for (let tried = 0; tried < 300; tried++) {
    const line = readFileSync(logFile, 'utf8')
      .split('\n')
      .find((text) => text.startsWith('{'));
    if (line !== undefined) return (JSON.parse(line) as { url: string }).url;
    await pause(100);
  }
  throw new Error(`the dashboard did not start: ${readFileSync(logFile, 'utf8')}`);
}
