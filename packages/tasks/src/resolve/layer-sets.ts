import {
  checkLayers,
  croppable,
  LayerCheckError,
  openModel,
  refuseOtherChannels,
  selectLayers,
  type ImageSize,
  type Layer,
  type OpenOptions,
} from '@unitscope/models';
import type { LayerSet, ManifestLayer, ModelsSource } from '@unitscope/plan';
import { NothingFoundError } from '../errors.js';

/**
 * The layer lists of the sweep's architectures. Opening thousands of checkpoints to list the same layers would take
 * hours: those whose files hold the same network but for its weights are opened once, and extract checks each against
 * its list.
 */
export class LayerSets {
  readonly all: LayerSet[] = [];
  readonly #known = new Map<string, number>();
  readonly #source: ModelsSource;

  constructor(source: ModelsSource) {
    this.#source = source;
  }

  /** The place of a checkpoint's list among `all`. `path` is the file to open, `structure` what modelStructure says of it. */
  async of(path: string, structure: string): Promise<number> {
    const known = this.#known.get(structure);
    if (known !== undefined) return known;
    const set = await this.#list(path);
    const same = this.all.findIndex((other) => JSON.stringify(other) === JSON.stringify(set));
    const index = same >= 0 ? same : this.all.push(set) - 1;
    this.#known.set(structure, index);
    return index;
  }

  async #list(path: string): Promise<LayerSet> {
    const { backend, tap, nonSquare = 'refuse', layers: wanted, batchSize } = this.#source;
    const inputSize = imageSize(this.#source.inputSize);
    const options = { backend, tap, ...(inputSize && { inputSize }) };
    const model = await openModel(path, { ...options, oneByOne: batchSize === 1 });
    try {
      refuseOtherChannels(path, model.input.channels);
      const layers = model.layers.map((layer) => croppable(layer, nonSquare));
      const selected = selectLayers(layers, wanted).filter(({ measurable }) => measurable);
      if (selected.length === 0) {
        throw new NothingFoundError(
          `${path}: layers: ${JSON.stringify(wanted)} leaves no layer that can be measured ` +
            '(`unitscope layers MODEL` lists them, and says why one cannot)',
        );
      }
      await refuseDiffering(path, selected, options);
      return {
        layers: selected.map(listed),
        unmeasured: layers
          .filter(({ measurable }) => !measurable)
          .map(({ name, reason }) => ({ name, reason: reason ?? 'not measurable' })),
        ...(model.unseen.length > 0 && { unseen: model.unseen }),
        batchSize:
          model.alone === undefined ? (batchSize ?? fittingBatch(layers, this.#source.batchMemory)) : 1,
        ...(model.alone !== undefined && { alone: model.alone }),
        ...(inputSize && { inputSize: [inputSize.height, inputSize.width] }),
      };
    } finally {
      await model.dispose();
    }
  }
}

/** Multiplications that the check of a tfjs network may take here: about a second. */
const CHECK_WORK = 1e8;

/** Throws LayerCheckError where maps that another route makes, on one image, are not those that would be measured. */
async function refuseDiffering(path: string, layers: readonly Layer[], options: OpenOptions): Promise<void> {
  const selected = new Set(layers.map(({ name }) => name));
  const checks = await checkLayers(path, { ...options, images: 1, work: CHECK_WORK });
  const wrong = checks.filter(({ layer, verdict }) => verdict === 'differs' && selected.has(layer.name));
  const [first] = wrong;
  if (first === undefined) return;
  const more = wrong.length > 1 ? `, and so are those of ${wrong.length - 1} more` : '';
  throw new LayerCheckError(
    `${path}: the maps of layer '${first.layer.name}' are others when its operations run on their own (by ` +
      `${first.difference.toPrecision(2)} of the largest value)${more}; \`unitscope layers MODEL --check\` says more; ` +
      `layers: ["*", "!${first.layer.name}"] leaves it out`,
  );
}

/** The spec's `inputSize`: N stands for N×N. */
export function imageSize(given: ModelsSource['inputSize']): ImageSize | undefined {
  if (given === undefined) return undefined;
  const [height, width] = typeof given === 'number' ? [given, given] : given;
  return { height, width };
}

function listed(layer: Layer): ManifestLayer {
  const { name, index, tap, units, height, width, activation, norm, note } = layer;
  return {
    name,
    index,
    tap,
    units,
    size: Math.min(height, width),
    activation,
    norm,
    ...(note !== undefined && { note }),
    ...(height !== width && { croppedFrom: [height, width] }),
  };
}

const LARGEST_BATCH = 50;

/** Of all layers, asked for or not: so a layer's floats are the same whichever others a sweep selects. */
function fittingBatch(layers: readonly Layer[], mebibytes: number): number {
  const floats = layers.reduce((sum, { units, height, width }) => sum + units * height * width, 0);
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor((mebibytes * 2 ** 20) / (4 * Math.max(1, floats)))));
}
