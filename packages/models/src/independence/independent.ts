import { UnsupportedModelError } from '../errors.js';
import { croppable } from '../layer.js';
import type { Model } from '../model.js';
import type { Op } from '../graph/op-graph.js';
import { mixingOp, whereItDiffers, type FetchTensors } from './image-mixing.js';
import { batchOf, noiseImage } from './noise.js';
import { OneByOne } from './one-by-one.js';
import { chance, dependence, type Dependence } from './probe.js';

/** An open model with what is known of its network. */
export interface Subject {
  readonly path: string;
  readonly model: Model;
  readonly ops: readonly Op[];
  /** Images a run, where the network fixes it. */
  readonly batch: number | null;
  readonly fetch: FetchTensors;
}

const INFERENCE =
  'export the network in inference mode (PyTorch: model.eval() before the export; Keras: no training=True in the call)';

/**
 * The model, if an image has the same maps in it alone and among others; a model through which images go one at a time,
 * where that is what its network is made for. `oneByOne`: they will in any case. Throws UnsupportedModelError otherwise,
 * which names the operation and the cure.
 */
export async function independent(subject: Subject, oneByOne: boolean): Promise<Model> {
  const { path, model, ops, batch } = subject;
  const measured = model.layers.filter((layer) => croppable(layer, 'crop').measurable);
  const known = mixingOp(ops, [...new Set(measured.map(({ tap }) => tap))]);
  if (known?.why === 'training') {
    throw new UnsupportedModelError(
      `${path}: its operation ${opText(known.op)} runs as in a training, where an image's maps depend on the other images ` +
        `of its batch; ${INFERENCE}`,
    );
  }
  const isFixed = batch !== null && batch > 1;
  if (known !== null && isFixed) {
    throw new UnsupportedModelError(
      `${path}: its operation ${opText(known.op)} takes one scale for all ${batch} images of a batch, so that they influence ` +
        'each other; export the network for one image, or for any number',
    );
  }
  const reason = known === null ? null : `${opText(known.op)} takes one scale for a whole batch`;
  if (reason !== null || batch === 1 || (oneByOne && !isFixed)) {
    await refuse(subject, await chance(model));
    return reason === null ? model : new OneByOne(model, reason);
  }
  let found: Dependence | null;
  try {
    found = await dependence(model);
  } catch (cause) {
    if (!(cause instanceof UnsupportedModelError)) throw cause;
    // It ran on one image when it was opened.
    await refuse(subject, await chance(model));
    return new OneByOne(model, 'the network runs on one image and fails on two');
  }
  await refuse(subject, found);
  return model;
}

async function refuse(subject: Subject, found: Dependence | null): Promise<void> {
  if (found === null) return;
  const { path, model, batch } = subject;
  const { height, width, channels } = model.input;
  const [a, b, c] = [0, 1, 2].map((which) => noiseImage(height * width * channels, which));
  if (a === undefined || b === undefined || c === undefined) return;
  const isChance = found.on === 'chance';
  const second = batch === 1 ? [a] : [a, isChance ? b : c];
  const batches = [batchOf(batch === 1 ? [a] : [a, b]), batchOf(second)] as const;
  const op = await whereItDiffers(subject.ops, found.layer.tap, batches, subject.fetch);
  const by = op === null ? '' : `, by its operation ${opText(op)}`;
  const place = `${path}: layer '${found.layer.name}'`;
  if (isChance) {
    throw new UnsupportedModelError(
      `${place}: the same image has other maps each time the network runs${by}; ${INFERENCE}`,
    );
  }
  const on = found.on === 'size' ? 'on how many images its batch has' : 'on the other images of its batch';
  const cure =
    batch === null
      ? 'give `batchSize: 1` if an image alone is what you mean, or export the network without it'
      : 'export the network for one image, or for any number';
  throw new UnsupportedModelError(`${place}: an image's maps depend ${on}${by}; ${cure}`);
}

/** "BatchNormalization 'n1'", as messages name an operation. */
function opText({ type, name }: Op): string {
  return `${type} '${name}'`;
}
