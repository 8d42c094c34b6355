import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { isWeightFile, modelFiles, UnsupportedFormatError } from '@unitscope/models';
import { checkpointLabels, type MetaValue, type ModelsSource } from '@unitscope/plan';
import { naturalOrder } from '@unitscope/base';
import { isDynamicPattern } from 'tinyglobby';
import { DuplicateLabelError, NothingFoundError, PatternError } from '../errors.js';
import { withTrainingLog } from './logs/training-log.js';
import { lookAtMeta } from './looks/look-at-files.js';
import { Looks } from './looks/looks.js';
import { pathGroups, type PathGroups } from './path-groups.js';
import { findPaths } from './patterns/find-paths.js';
import { runCheckpoints } from './runs/run-checkpoints.js';
import { findRemote, isRemote, splitLocation } from '../inputs/remote-objects.js';

export interface FoundCheckpoint {
  readonly label: string;
  /** Absolute path of the file that is opened, an .onnx file or a model.json; on S3 its location. */
  readonly path: string;
  readonly meta: Readonly<Record<string, MetaValue>>;
  /** The graph that the weights at `path` belong to. */
  readonly network?: FoundNetwork;
}

/** A graph whose weights lie in files of their own. */
export interface FoundNetwork {
  /** Absolute path of the graph; on S3 its location. */
  readonly path: string;
  readonly exportedFrom?: string;
  readonly inside?: string;
  readonly prefix?: string;
}

export interface FoundCheckpoints {
  readonly checkpoints: readonly FoundCheckpoint[];
  /** What the user should know before any work: a checkpoint without a row in the log, a path that no pattern matches. */
  readonly notices: readonly string[];
  /** The metadata that tells trainings apart, where the folders of their runs do. */
  readonly run?: readonly string[];
}

/**
 * The checkpoints that a spec names, in its order (those of one glob in natural order), with labels and metadata.
 * `folder` is what the spec's paths are relative to. Throws NothingFoundError, DuplicateLabelError, PatternError, TrainingLogError.
 */
export async function findCheckpoints(
  source: ModelsSource,
  folder: string,
  looks: Looks = Looks.forNow(),
): Promise<FoundCheckpoints> {
  const notices: string[] = [];
  const found = new Map<string, FoundPath>();
  for (const item of source.checkpoints) {
    const entry = typeof item === 'string' ? { path: item } : item;
    await findEntry(entry, { source, folder, looks, found, notices });
  }
  const paths = [...found.values()];
  const labels = checkpointLabels(
    paths.map(({ path }) => (isRemote(path) ? splitLocation(path).path : relative(folder, path))),
  );
  const runOf = runNames(
    paths.flatMap(({ run }) => run ?? []),
    folder,
  );
  const checkpoints = paths.map(({ path, label, meta, network, run }, i) => ({
    label: label ?? labels[i] ?? path,
    path,
    meta: run === undefined ? meta : { run: runOf.get(run) ?? run, ...meta },
    ...(network && { network }),
  }));
  refuseSameLabels(checkpoints);
  const run = paths.every((one) => one.run !== undefined) ? { run: ['run'] } : {};
  if (source.log === undefined) return { checkpoints, notices, ...run };
  const patterns = source.checkpoints.flatMap((item) =>
    typeof item === 'string' || item.pattern === undefined ? [] : [item.pattern],
  );
  const logged = await withTrainingLog(checkpoints, source.log, folder, patterns);
  return { checkpoints: logged.checkpoints, notices: [...notices, ...logged.notices], ...run };
}

/** A path that an entry names, before all labels are known. */
interface FoundPath {
  readonly path: string;
  /** What the entry calls it; undefined: by its path. */
  readonly label: string | undefined;
  readonly meta: Readonly<Record<string, MetaValue>>;
  readonly network: FoundNetwork | undefined;
  /** The folder of its run, where what left it is known. */
  readonly run: string | undefined;
}

interface Search {
  readonly source: ModelsSource;
  readonly folder: string;
  readonly looks: Looks;
  /** What was found so far, by path. */
  readonly found: Map<string, FoundPath>;
  readonly notices: string[];
}

/** Finds the checkpoints of one entry that no entry before it names. Throws as findCheckpoints. */
async function findEntry(
  entry: Entry & { readonly path: string },
  { source, folder, looks, found, notices }: Search,
): Promise<void> {
  const network = networkOf(entry, source, folder);
  const matched = await pathsOf(entry.path, folder, network !== undefined);
  const from = entry.from ?? source.from;
  const runs =
    from === undefined ? null : await runCheckpoints(from, localOnly(matched, from), entry.path, looks);
  const paths = runs === null ? matched : [...runs.kept.keys()];
  notices.push(...(runs?.notices ?? []));
  if (entry.label !== undefined && paths.length > 1) {
    throw new DuplicateLabelError(
      `the label "${entry.label}" is given to ${paths.length} checkpoints: ${entry.path} matches them all`,
    );
  }
  const captured = captures(paths, entry, notices);
  for (const path of paths) {
    if (found.has(path)) continue;
    const ofRun = runs?.kept.get(path);
    const isLocal = network !== undefined && !isRemote(path) && isWeightFile(path);
    const said = ofRun?.meta ?? (isLocal ? await lookAtMeta(looks, path) : {});
    found.set(path, {
      path,
      label: entry.label,
      meta: { ...said, ...captured.get(path), ...entry.meta },
      network: isWeightFile(nameOf(path)) ? network : undefined,
      run: ofRun?.run,
    });
  }
}

type Entry = Partial<Exclude<ModelsSource['checkpoints'][number], string>>;

/** What an entry, or else the whole source, says of the graph of its weights. */
function networkOf(entry: Entry, source: ModelsSource, folder: string): FoundNetwork | undefined {
  const { network, exportedFrom } = entry.network === undefined ? { ...source, ...given(entry) } : entry;
  if (network === undefined) return undefined;
  const { inside, prefix } = entry.weights ?? source.weights ?? {};
  return {
    path: placeOf(network, folder),
    ...(exportedFrom !== undefined && { exportedFrom: placeOf(exportedFrom, folder) }),
    ...(inside !== undefined && { inside }),
    ...(prefix !== undefined && { prefix }),
  };
}

function given({ exportedFrom }: Entry): Pick<Entry, 'exportedFrom'> {
  return exportedFrom === undefined ? {} : { exportedFrom };
}

/** The folders of runs by what tells them apart. */
function runNames(runs: readonly string[], folder: string): ReadonlyMap<string, string> {
  const all = [...new Set(runs)];
  const names = checkpointLabels(all.map((run) => relative(folder, run)));
  return new Map(all.map((run, i) => [run, names[i] ?? run]));
}

function localOnly(paths: readonly string[], from: string): readonly string[] {
  const remote = paths.find(isRemote);
  if (remote === undefined) return paths;
  throw new NothingFoundError(
    `checkpoints: from: ${from}: expected run folders on this machine, found ${remote}; give \`pattern\` and \`log\` instead`,
  );
}

function placeOf(path: string, folder: string): string {
  return isRemote(path) ? path : resolve(folder, path);
}

function nameOf(path: string): string {
  return isRemote(path) ? splitLocation(path).path : path;
}

/** Whether a file may be a checkpoint; `weights`: of a graph that is given. */
function isCheckpoint(name: string, weights: boolean): boolean {
  return weights ? isWeightFile(name) || /\.onnx$/i.test(name) : /\.(onnx|json)$/i.test(name);
}

async function pathsOf(pattern: string, folder: string, weights: boolean): Promise<string[]> {
  if (isRemote(pattern)) return remotePaths(pattern, weights);
  if (!isDynamicPattern(pattern)) return [await modelFile(resolve(folder, pattern), pattern)];
  const matches = await findPaths(pattern, folder, { foldersToo: true });
  const folders = await Promise.all(
    matches.map((path) => (path.endsWith('/') ? modelInFolder(path) : Promise.resolve(path))),
  );
  const models = folders.filter((path): path is string => path !== null && isCheckpoint(path, weights));
  if (models.length === 0) {
    // Of a format that can be converted the command is said.
    const [first] = matches.filter((path) => !path.endsWith('/') && !isWeightFile(path));
    if (first !== undefined) await modelFiles(first).catch(rethrowUnsupported);
    const found =
      matches.length === 0 ? 'nothing' : `${matches.length} paths, none ${wantedFiles(weights, matches)}`;
    throw new NothingFoundError(`checkpoints: ${pattern} matches ${found} (relative to ${folder})`);
  }
  return models.sort(naturalOrder);
}

function rethrowUnsupported(error: unknown): void {
  if (error instanceof UnsupportedFormatError) throw error;
}

/** What was looked for, and what makes checkpoints of files of weights. */
function wantedFiles(weights: boolean, found: readonly string[]): string {
  if (weights) return 'a file of weights or an .onnx file';
  const hint = found.some(isWeightFile)
    ? ' (files of weights need their graph: `network: graph.onnx` beside `checkpoints`)'
    : '';
  return `an .onnx file or a model.json${hint}`;
}

/** A glob of objects, of what a folder's model.json is in, or a prefix that ends in `/`: every checkpoint below it. */
async function remotePaths(pattern: string, weights: boolean): Promise<string[]> {
  const { path, settings } = splitLocation(pattern);
  const inFolders = `${path.replace(/\/$/, '')}/model.json${settings}`;
  const isName = path.endsWith('/') || isCheckpoint(path, weights);
  const patterns = isName ? [pattern] : [pattern, inFolders];
  const found = await Promise.all(
    patterns.map((one) =>
      findRemote(one, weights ? ['*'] : ['*.onnx', 'model.json']).catch((error: unknown) => {
        if (error instanceof NothingFoundError) return [];
        throw error;
      }),
    ),
  );
  const objects = found.flat().map(({ location }) => location);
  const models = objects.filter((location) => isCheckpoint(splitLocation(location).path, weights));
  if (models.length > 0) return models.sort(naturalOrder);
  const what =
    objects.length === 0
      ? 'no object'
      : `${objects.length} object${objects.length > 1 ? 's' : ''}, none ${wantedFiles(weights, objects)}`;
  throw new NothingFoundError(`checkpoints: ${path} matches ${what}`);
}

async function modelFile(path: string, written: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  if (info === null)
    throw new NothingFoundError(`checkpoints: ${written}: no such file (looked for ${path})`);
  if (!info.isDirectory()) return path;
  // What a folder without one is, is said where its files are looked at.
  return (await modelInFolder(path)) ?? path;
}

async function modelInFolder(folder: string): Promise<string | null> {
  const path = join(folder, 'model.json');
  return (await stat(path).catch(() => null)) === null ? null : path;
}

/** What an entry's pattern says of its paths. Throws PatternError where it matches none of them. */
function captures(
  paths: readonly string[],
  { path: written, pattern }: { path: string; pattern?: string | undefined },
  notices: string[],
): ReadonlyMap<string, PathGroups> {
  const captured = new Map<string, PathGroups>();
  if (pattern === undefined) return captured;
  const missed: string[] = [];
  const found = pathGroups(paths, pattern);
  for (const [i, path] of paths.entries()) {
    const groups = found[i] ?? null;
    if (groups === null) missed.push(path);
    else captured.set(path, groups);
  }
  const [first = ''] = missed;
  if (captured.size === 0) {
    throw new PatternError(
      `checkpoints: pattern: ${JSON.stringify(pattern)} matches none of the ${paths.length} paths of ${written}; the first is ${first}`,
    );
  }
  if (missed.length > 0)
    notices.push(
      `checkpoints: pattern: ${JSON.stringify(pattern)} does not match ${missed.length} of ${paths.length} paths of ${written} (${first}${missed.length > 1 ? ', …' : ''})`,
    );
  return captured;
}

function refuseSameLabels(checkpoints: readonly FoundCheckpoint[]): void {
  const seen = new Map<string, string>();
  for (const { label, path } of checkpoints) {
    const other = seen.get(label);
    if (other !== undefined)
      throw new DuplicateLabelError(`two checkpoints have the label "${label}": ${other} and ${path}`);
    seen.set(label, path);
  }
}
