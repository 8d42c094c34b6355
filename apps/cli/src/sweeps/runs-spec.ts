import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { SWEEP_NAME } from '@unitscope/plan';
import { counted, InputError } from '@unitscope/base';

export interface RunsSpecOptions {
  /** The folder of runs. */
  readonly runs: string;
  readonly network?: string | undefined;
  readonly images?: string | undefined;
}

export interface RunsSpec {
  readonly text: string;
  /** What was found and what is still to be filled in, a line each. */
  readonly said: readonly string[];
  /** Whether it runs as it is. */
  readonly runs: boolean;
}

const MOST_IMAGES = 100;

/** What a spec needs of the machine is not there. */
class NotAFolderError extends InputError {
  readonly code = 'NOTHING_FOUND';
}

/** The spec for a folder of runs, to be written to `file`. Throws NothingFoundError. */
export async function runsSpec(file: string, { runs, ...given }: RunsSpecOptions): Promise<RunsSpec> {
  const { lookAtRuns } = await import('@unitscope/tasks');
  const found = await lookAtRuns(resolve(runs));
  const here = dirname(resolve(file));
  const shown = (path: string): string => JSON.stringify(relative(here, path).replaceAll('\\', '/') || '.');
  const glob = (one: string): string =>
    JSON.stringify([relative(here, resolve(runs)), one].filter((part) => part !== '').join('/'));
  const near = [here, resolve(runs), dirname(resolve(runs))];
  // Each of them is a network of its own.
  const isWhole = found.from === 'keras';
  const network = isWhole
    ? null
    : given.network === undefined
      ? await networkIn(near, found.networks)
      : await there(given.network, 'file');
  const images = given.images === undefined ? await imagesIn(near) : await there(given.images, 'folder');
  const problem = network === null ? null : await bindingProblem(network, found.checkpoints[0] ?? '');
  const said = [
    `${found.from === null ? 'weights' : `runs of ${found.from}`}: ${counted(found.checkpoints.length, 'file')} in ${found.globs.join(', ')}`,
    ...(isWhole
      ? []
      : [
          network === null
            ? 'no ONNX graph of these weights: export it once (examples/pytorch/export_onnx.py --unfolded), and say it at `network`'
            : `graph: ${network}`,
        ]),
    images === null ? 'no folder of images, one folder a category: say it at `path`' : `images: ${images}`,
    ...(problem === null ? [] : [`the weights do not fit as they are: ${problem}`]),
  ];
  const text = `# ${said[0] ?? ''}
# Check it with \`unitscope plan\`, run it with \`unitscope sweep\`. Paths are relative to this file. All keys: docs/sweep-spec.md.

name: ${JSON.stringify(nameOf(runs))}

source:
  models:
${found.from === null ? '' : `    # Run, epoch, step, hyper-parameters and the log of each run become metadata.\n    from: ${found.from}\n`}${isWhole ? '' : graphLines(network === null ? 'graph.onnx' : shown(network), shown(found.checkpoints[0] ?? ''))}    checkpoints:
${found.globs.map((one) => `      - ${glob(one)}`).join('\n')}
    images:
      from: folder # one folder a category
      path: ${images === null ? 'images' : shown(images)}
      perCategory: ${String(images === null ? MOST_IMAGES : await imagesOf(images))}
    # How an image becomes the network's input: unit (pixel / 255), torchvision, … (docs/sweep-spec.md)
    preprocess: unit
`;
  return { text, said, runs: (isWhole || network !== null) && images !== null && problem === null };
}

function graphLines(network: string, first: string): string {
  return `    # Exported once: examples/pytorch/export_onnx.py MODEL graph.onnx --unfolded
    network: ${network}
    # The weights that it was exported from, to compare each value:
    # exportedFrom: ${first}
    # Where a file holds several sets of weights: weights: { inside: ema }
`;
}

async function there(path: string, kind: 'file' | 'folder'): Promise<string> {
  const info = await stat(path).catch(() => null);
  if (info !== null && info.isDirectory() === (kind === 'folder')) return resolve(path);
  throw new NotAFolderError(
    `${path}: expected a ${kind}, found ${info === null ? 'nothing' : 'something else'}`,
  );
}

/** The one ONNX file there is; null where there is none, or several. */
async function networkIn(folders: readonly string[], inside: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => /\.onnx$/i.test(name));
    if (names.length > 1) return null;
    if (names[0] !== undefined) return join(folder, names[0]);
  }
  return inside.length === 1 ? (inside[0] ?? null) : null;
}

async function imagesIn(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const path = join(folder, 'images');
    if ((await stat(path).catch(() => null))?.isDirectory() === true) return path;
  }
  return null;
}

/** As many as the smallest category has, up to 100. */
async function imagesOf(folder: string): Promise<number> {
  const categories = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.'),
  );
  const counts = await Promise.all(
    categories.map(async ({ name }) => {
      const names = await readdir(join(folder, name));
      return names.filter((one) => /\.(?:png|jpe?g|webp)$/i.test(one)).length;
    }),
  );
  return Math.max(1, Math.min(MOST_IMAGES, ...counts));
}

/** Why the weights of a file cannot be bound to a graph; null: they can. */
async function bindingProblem(network: string, path: string): Promise<string | null> {
  const { bindWeights } = await import('@unitscope/models');
  try {
    await bindWeights(network, { path });
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

function nameOf(runs: string): string {
  const name = (resolve(runs).split(/[\\/]/).at(-1) ?? '').replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100);
  return SWEEP_NAME.test(name) ? name : 'runs';
}
