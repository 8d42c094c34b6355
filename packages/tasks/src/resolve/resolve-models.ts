import {
  checkpointDigest,
  type ManifestCheckpoint,
  type ModelsManifest,
  trainingsOf,
  type ModelsSource,
} from '@unitscope/plan';
import { imageLibraryId, parsePreprocess, preprocessJson } from '@unitscope/datasets';
import {
  backendId,
  isWeightFile,
  modelStructure,
  refuseAbsentProviders,
  UnsupportedFormatError,
  type FileVersions,
  type ModelFormat,
} from '@unitscope/models';
import * as z from 'zod';
import { findCheckpoints, type FoundCheckpoint, type FoundNetwork } from './find-checkpoints.js';
import { inOrder } from '@unitscope/base';
import { LayerSets } from './layer-sets.js';
import { contentOf, lookAtCheckpoint, type LookedAt } from './looks/look-at-files.js';
import type { Looks } from './looks/looks.js';
import { isRemote } from '../inputs/remote-objects.js';
import { resolveImages } from './resolve-images.js';
import { CheckpointFolder, type AdmittedCheckpoint } from '../inputs/stored-inputs.js';
import { boundWeights, onnxDigest } from '../inputs/weights/bound-weights.js';
import { WEIGHTS } from '../inputs/weights/checkpoint-parts.js';

interface ResolvedModels {
  readonly checkpoints: readonly ManifestCheckpoint[];
  readonly source: ModelsManifest;
}

export async function resolveModels(
  source: ModelsSource,
  folder: string,
  looks: Looks,
): Promise<ResolvedModels> {
  // Workers that the spec names by their platform refuse for themselves.
  if (source.platform === undefined) await refuseAbsentProviders(source.providers ?? []);
  const preprocessing = parsePreprocess(source.preprocess);
  const { checkpoints: found, notices, run: ofRuns } = await findCheckpoints(source, folder, looks);
  const layerSets = new LayerSets(source);
  const networks = new Networks(looks);
  const checkpoints: ManifestCheckpoint[] = [];
  const look = (one: FoundCheckpoint): Promise<CheckpointFiles> => filesOf(looks, one);
  for await (const [checkpoint, files] of inOrder(found, LOOKS_AHEAD, look))
    checkpoints.push(await resolveCheckpoint(checkpoint, files, source, { layerSets, networks, looks }));

  const run = source.run === undefined ? ofRuns : [source.run].flat();
  const { problem } = trainingsOf(checkpoints, run);
  const said = problem === null ? notices : [...notices, `trainings: ${problem}`];
  return {
    checkpoints,
    source: {
      kind: 'models',
      layerSets: layerSets.all,
      ...(await resolveImages(source.images, folder)),
      tap: source.tap,
      preprocess: preprocessJson(preprocessing),
      imageLibrary: await imageLibraryId(),
      ...(said.length > 0 && { notices: said }),
      ...(run !== undefined && { run }),
    },
  };
}

/** Checkpoints that are fetched or hashed while one is looked at. */
const LOOKS_AHEAD = 2;

interface CheckpointFiles extends LookedAt {
  /** Of the file to open, on this machine. */
  readonly path: string;
}

/** By location; a sweep that follows looks again and again. */
const admitted = new Map<string, AdmittedCheckpoint>();

const NO_FILES: FileVersions = new Map();

async function filesAt(looks: Looks, path: string): Promise<CheckpointFiles> {
  if (!isRemote(path)) return { path, ...(await lookAtCheckpoint(looks, path)) };
  const folder = new CheckpointFolder(null);
  const known = admitted.get(path);
  const checkpoint =
    known !== undefined && (await folder.isCurrent(path, known)) ? known : await folder.admit(path);
  admitted.set(path, checkpoint);
  // Named by their content, and never written again.
  return { ...checkpoint, versions: NO_FILES };
}

function filesOf(looks: Looks, { path, network }: FoundCheckpoint): Promise<CheckpointFiles> {
  if (network === undefined && isWeightFile(path)) refuseWithout(path);
  return filesAt(looks, path);
}

/** What is shared by the checkpoints of a sweep. */
interface Shared {
  readonly layerSets: LayerSets;
  readonly networks: Networks;
  readonly looks: Looks;
}

const boundSchema = z.strictObject({ digest: z.string(), turned: z.array(z.string()) });

function resolveCheckpoint(
  checkpoint: FoundCheckpoint,
  found: CheckpointFiles,
  source: ModelsSource,
  shared: Shared,
): Promise<ManifestCheckpoint> {
  const { network } = checkpoint;
  return network === undefined
    ? resolveModel(checkpoint, found, source, shared)
    : resolveWeights({ ...checkpoint, network }, found, source, shared);
}

/** Weights in a file of their own, bound to the graph that they belong to. */
async function resolveWeights(
  { label, meta, path, network }: FoundCheckpoint & { readonly network: FoundNetwork },
  found: CheckpointFiles,
  source: ModelsSource,
  { layerSets, networks, looks }: Shared,
): Promise<ManifestCheckpoint> {
  const { tap, inputSize } = source;
  const graph = await networks.at(network.path);
  const exported = await networks.exported(network);
  const { inside, prefix } = network;
  const named = { ...(inside !== undefined && { inside }), ...(prefix !== undefined && { prefix }) };
  const contents = [graph, found, ...(exported === null ? [] : [exported])];
  const { digest, turned } = await looks.ofContent(
    `bound ${JSON.stringify([contents.map(contentOf), named, tap, inputSize])}`,
    new Map(contents.flatMap(({ versions }) => [...versions])),
    boundSchema,
    () =>
      boundWeights(
        graph.path,
        { path: found.path, ...named, ...(exported !== null && { exportedFrom: exported.path }) },
        source,
      ),
  );
  const weights = { path, files: found.files, ...named, ...(exported !== null && { turned }) };
  return {
    label,
    digest,
    meta,
    model: {
      format: graph.format,
      path: network.path,
      files: graph.files,
      backend: await backendOf(graph.format, source),
      layerSet: await networks.layerSet(graph, layerSets),
      weights,
    },
  };
}

/** A graph with its weights inside. */
async function resolveModel(
  { label, meta, path }: FoundCheckpoint,
  found: CheckpointFiles,
  source: ModelsSource,
  { layerSets, looks }: Shared,
): Promise<ManifestCheckpoint> {
  const { tap, inputSize } = source;
  const { format, files, path: local } = found;
  if (format === WEIGHTS) return refuseWithout(path);
  const digested = (): Promise<string> =>
    looks.ofContent(
      `network ${JSON.stringify([contentOf(found), tap, inputSize])}`,
      found.versions,
      z.string(),
      () => onnxDigest(local, source),
    );
  return {
    label,
    digest: format === 'onnx' ? await digested() : checkpointDigest(format, files),
    meta,
    model: {
      format,
      path,
      files,
      backend: await backendOf(format, source),
      layerSet: await layerSets.of(local, await structureOf(looks, found, format)),
    },
  };
}

function backendOf(format: ModelFormat, { backend, platform, providers }: ModelsSource): Promise<string> {
  return backendId(format, backend, platform, providers);
}

/** As modelStructure finds it. */
function structureOf(looks: Looks, found: CheckpointFiles, format: ModelFormat): Promise<string> {
  return looks.ofContent(`structure ${contentOf(found)}`, found.versions, z.string(), () =>
    modelStructure(found.path, format),
  );
}

interface NetworkFiles extends CheckpointFiles {
  readonly format: ModelFormat;
}

/** The graphs of a sweep's weights, each looked at once. */
class Networks {
  readonly #known = new Map<string, Promise<CheckpointFiles>>();
  readonly #layerSets = new Map<string, Promise<number>>();
  readonly #looks: Looks;

  constructor(looks: Looks) {
    this.#looks = looks;
  }

  async at(path: string): Promise<NetworkFiles> {
    const { format, ...found } = await this.#files(path);
    if (format === 'onnx') return { format, ...found };
    throw new UnsupportedFormatError(`${path}: network: expected an ONNX graph, found ${format}`);
  }

  /** The layers of a graph, which its weights do not change. */
  layerSet(graph: NetworkFiles, layerSets: LayerSets): Promise<number> {
    const { path, format } = graph;
    let set = this.#layerSets.get(path);
    if (set === undefined) {
      set = structureOf(this.#looks, graph, format).then((structure) => layerSets.of(path, structure));
      this.#layerSets.set(path, set);
    }
    return set;
  }

  /** The file that a graph was exported from; null where none is named. */
  async exported({ exportedFrom }: FoundNetwork): Promise<CheckpointFiles | null> {
    return exportedFrom === undefined ? null : await this.#files(exportedFrom);
  }

  #files(path: string): Promise<CheckpointFiles> {
    let files = this.#known.get(path);
    if (files === undefined) {
      files = filesAt(this.#looks, path);
      this.#known.set(path, files);
    }
    return files;
  }
}

function refuseWithout(path: string): never {
  throw new UnsupportedFormatError(
    `${path}: weights without a network: export the graph once (examples/pytorch) and say \`network: graph.onnx\` beside \`checkpoints\``,
  );
}
