import {
  checkpointDigest,
  type ManifestCheckpoint,
  type ManifestFile,
  type ModelsManifest,
  trainingsOf,
  type ModelsSource,
} from '@unitscope/plan';
import { imageLibraryId, parsePreprocess, preprocessJson } from '@unitscope/datasets';
import {
  backendId,
  isWeightFile,
  UnsupportedFormatError,
  type ModelFormat,
  type WeightsOptions,
} from '@unitscope/models';
import { findCheckpoints, type FoundCheckpoint, type FoundNetwork } from './find-checkpoints.js';
import { inOrder } from './in-order.js';
import { LayerSets } from './layer-sets.js';
import { digestedFiles } from './model-cache.js';
import { isRemote } from './remote-objects.js';
import { resolveImages } from './resolve-images.js';
import { CheckpointFolder, type AdmittedCheckpoint } from './stored-inputs.js';
import { boundWeights, onnxDigest } from './weights/bound-weights.js';
import { WEIGHTS } from './weights/checkpoint-parts.js';

interface ResolvedModels {
  readonly checkpoints: readonly ManifestCheckpoint[];
  readonly source: ModelsManifest;
}

export async function resolveModels(source: ModelsSource, folder: string): Promise<ResolvedModels> {
  const preprocessing = parsePreprocess(source.preprocess);
  const { checkpoints: found, notices, run: ofRuns } = await findCheckpoints(source, folder);
  const layerSets = new LayerSets(source);
  const networks = new Networks();
  const checkpoints: ManifestCheckpoint[] = [];
  for await (const [checkpoint, files] of inOrder(found, LOOKS_AHEAD, filesOf))
    checkpoints.push(await resolveCheckpoint(checkpoint, files, source, layerSets, networks));

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

interface CheckpointFiles {
  /** Of the file to open, on this machine. */
  readonly path: string;
  readonly format: ModelFormat | typeof WEIGHTS;
  readonly files: readonly ManifestFile[];
}

/** By location; a sweep that follows looks again and again. */
const admitted = new Map<string, AdmittedCheckpoint>();

async function filesAt(path: string): Promise<CheckpointFiles> {
  if (!isRemote(path)) return { path, ...(await digestedFiles(path)) };
  const folder = new CheckpointFolder(null);
  const known = admitted.get(path);
  const checkpoint =
    known !== undefined && (await folder.isCurrent(path, known)) ? known : await folder.admit(path);
  admitted.set(path, checkpoint);
  return checkpoint;
}

function filesOf({ path, network }: FoundCheckpoint): Promise<CheckpointFiles> {
  if (network === undefined && isWeightFile(path)) refuseWithout(path);
  return filesAt(path);
}

async function resolveCheckpoint(
  { label, meta, path, network }: FoundCheckpoint,
  found: CheckpointFiles,
  source: ModelsSource,
  layerSets: LayerSets,
  networks: Networks,
): Promise<ManifestCheckpoint> {
  if (network !== undefined) {
    const graph = await networks.at(network.path);
    const options = await networks.options(network, found.path);
    const { digest, weights } = await boundWeights(graph.path, options, source, { path, files: found.files });
    return {
      label,
      digest,
      meta,
      model: {
        format: graph.format,
        path: network.path,
        files: graph.files,
        backend: await backendId(graph.format, source.backend, source.platform),
        layerSet: await networks.layerSet(graph, layerSets),
        weights,
      },
    };
  }
  const { format, files, path: local } = found;
  if (format === WEIGHTS) return refuseWithout(path);
  return {
    label,
    digest: format === 'onnx' ? await onnxDigest(local, source) : checkpointDigest(format, files),
    meta,
    model: {
      format,
      path,
      files,
      backend: await backendId(format, source.backend, source.platform),
      layerSet: await layerSets.of(local, format),
    },
  };
}

/** The graphs of a sweep's weights, each looked at once. */
class Networks {
  readonly #known = new Map<string, Promise<CheckpointFiles>>();
  readonly #layerSets = new Map<string, Promise<number>>();

  async at(path: string): Promise<CheckpointFiles & { readonly format: ModelFormat }> {
    const { format, ...found } = await this.#files(path);
    if (format === 'onnx') return { format, ...found };
    throw new UnsupportedFormatError(`${path}: network: expected an ONNX graph, found ${format}`);
  }

  /** The layers of a graph, which its weights do not change. */
  layerSet({ path, format }: { path: string; format: ModelFormat }, layerSets: LayerSets): Promise<number> {
    let set = this.#layerSets.get(path);
    if (set === undefined) {
      set = layerSets.of(path, format);
      this.#layerSets.set(path, set);
    }
    return set;
  }

  /** How the weights at `path`, on this machine, are bound to a network. */
  async options(network: FoundNetwork, path: string): Promise<WeightsOptions> {
    const { exportedFrom, inside, prefix } = network;
    return {
      path,
      ...(inside !== undefined && { inside }),
      ...(prefix !== undefined && { prefix }),
      ...(exportedFrom !== undefined && { exportedFrom: (await this.#files(exportedFrom)).path }),
    };
  }

  #files(path: string): Promise<CheckpointFiles> {
    let files = this.#known.get(path);
    if (files === undefined) {
      files = filesAt(path);
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
