import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isWeightFile, kerasToOnnx } from '@unitscope/models';
import { naturalOrder } from '@unitscope/base';
import { type TrainerName } from '@unitscope/plan';
import { escapePath } from 'tinyglobby';
import { NothingFoundError } from '../../errors.js';
import { TRAINERS } from './trainers.js';

const DEEPEST = 12;
const MOST_FOLDERS = 100_000;
const SKIPPED = new Set(['node_modules', '__pycache__', 'wandb']);
/** What trainers keep beside the weights, in files of PyTorch too. */
const NO_WEIGHTS = /^(?:optimizer|scheduler|scaler|rng_state.*|training_args|random_states.*)\./;
const KERAS = /\.(?:keras|h5|hdf5)$/i;

/** What lies in a folder of runs. */
export interface RunsFound {
  /** Who left it; null: nobody that is known. */
  readonly from: TrainerName | null;
  /** Globs of the checkpoints, relative to the folder that was looked at. */
  readonly globs: readonly string[];
  /** Absolute paths of the checkpoints, in natural order. */
  readonly checkpoints: readonly string[];
  /** Absolute paths of ONNX files. */
  readonly networks: readonly string[];
}

/** Looks at a folder: who has left the runs in it, and which files are their checkpoints. Throws NothingFoundError. */
export async function lookAtRuns(folder: string): Promise<RunsFound> {
  const files = await filesIn(folder);
  const weights = files.filter((path) => isWeightFile(path) && !NO_WEIGHTS.test(basename(path)));
  const networks = files.filter((path) => /\.onnx$/i.test(path));
  if (weights.length === 0) {
    if (networks.length === 0 || !files.some((path) => KERAS.test(path))) refuseNone(folder, files);
    return { from: 'keras', checkpoints: networks, networks, globs: globsOf(folder, networks) };
  }
  for (const from of ORDER) {
    const trainer = TRAINERS[from];
    const checkpoints: string[] = [];
    for (const path of weights) {
      if (!trainer.file.test(basename(path))) continue;
      const run = await trainer.run(path);
      if (run !== null && (await isLeftBy(from, run, path))) checkpoints.push(path);
    }
    if (checkpoints.length > 0) return { from, checkpoints, networks, globs: globsOf(folder, checkpoints) };
  }
  return { from: null, checkpoints: weights, networks, globs: globsOf(folder, weights) };
}

/** The surest signs come first. */
const ORDER: readonly TrainerName[] = ['huggingface', 'ray', 'hydra', 'timm', 'lightning'];

async function isLeftBy(from: TrainerName, run: string, path: string): Promise<boolean> {
  const has = async (...names: string[]): Promise<boolean> => {
    const found = await Promise.all(names.map((name) => stat(join(run, name)).catch(() => null)));
    return found.some((info) => info !== null);
  };
  if (from === 'timm') return await has('args.yaml', 'summary.csv');
  if (from === 'ray') return await has('params.json', 'result.json');
  if (from === 'lightning')
    return basename(dirname(path)) === 'checkpoints' || (await has('hparams.yaml', 'metrics.csv'));
  return true;
}

async function filesIn(folder: string): Promise<string[]> {
  const files: string[] = [];
  let folders = 0;
  const look = async (place: string, depth: number): Promise<void> => {
    if (depth > DEEPEST || ++folders > MOST_FOLDERS) return;
    for (const entry of await readdir(place, { withFileTypes: true })) {
      const path = join(place, entry.name);
      const info = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
      if (info === null || entry.name.startsWith('.')) continue;
      if (info.isFile()) files.push(path);
      // A link to a folder may lead back.
      else if (entry.isDirectory() && !SKIPPED.has(entry.name)) await look(path, depth + 1);
    }
  };
  await look(folder, 0).catch((cause: unknown) => {
    throw new NothingFoundError(`${folder}: expected a folder of runs that can be read`, { cause });
  });
  return files.sort(naturalOrder);
}

function refuseNone(folder: string, files: readonly string[]): never {
  const keras = files.find((path) => KERAS.test(path));
  if (keras !== undefined)
    throw new NothingFoundError(
      `${folder}: expected files of weights of PyTorch, found those of Keras (${keras}); convert each to an .onnx file beside it, and look again: ${kerasToOnnx(keras, keras.replace(KERAS, ''))}`,
    );
  throw new NothingFoundError(
    `${folder}: expected files of weights (.safetensors, .pt, .pth, .pth.tar, .bin, .ckpt) in it or below, found ${files.length === 0 ? 'no file' : `none among ${files.length} files`}`,
  );
}

/** A glob for each shape of the paths: as deep, with the same ending. */
function globsOf(folder: string, paths: readonly string[]): string[] {
  const shapes = Map.groupBy(paths, (path) => {
    const parts = relative(folder, path).split(/[\\/]/);
    return `${parts.length} ${/\.(?:pth\.tar|[^.]+)$/.exec(path)?.[0] ?? ''}`;
  });
  const globs = [...shapes.values()].map((same) => {
    const split = same.map((path) => relative(folder, path).split(/[\\/]/));
    return (split[0] ?? []).map((_, at) => globOf(split.map((parts) => parts[at] ?? ''))).join('/');
  });
  return [...new Set(globs)];
}

/** What names share at their ends, cut where words end, and a star between. */
function globOf(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const [first = ''] = distinct;
  if (distinct.length === 1) return timeless(escapePath(first));
  let head = 0;
  while (distinct.every((name) => head < name.length && name[head] === first[head])) head++;
  let tail = 0;
  const shortest = Math.min(...distinct.map((name) => name.length));
  while (tail < shortest - head && distinct.every((name) => name.at(-1 - tail) === first.at(-1 - tail)))
    tail++;
  const before = first.slice(0, head).replace(/[A-Za-z0-9]+$/, '');
  const after = first.slice(first.length - tail).replace(/^[A-Za-z0-9]+/, '');
  return timeless(`${escapePath(before)}*${escapePath(after)}`);
}

/** A later run has another date. */
function timeless(glob: string): string {
  return glob.replaceAll(/\*?\d{2,}(?:[-_.]\d{2,})+\*?/g, '*').replaceAll(/\*[-_]\*/g, '*');
}
