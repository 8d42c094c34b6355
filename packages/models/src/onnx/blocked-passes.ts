import { openBlocked, type BlockedNetwork } from '../c-api/blocked-network.js';
import { cApiRoute } from '../c-api/c-api-route.js';
import type { SessionData } from '../c-api/bound-session.js';
import { noiseImage } from '../independence/noise.js';
import type { NetworkSession } from './network-session.js';
import type { OnnxInput } from './onnx-input.js';
import { imageFloats } from './onnx-session.js';

/** `off`: maps always leave as rows of channels; `always`: in blocks from the first pass on, where that works. */
const SWITCH = 'UNITSCOPE_ONNX_BLOCKS';

/** The network is opened again once its passes took so many times what opening it took; it then pays within a few times as many. */
const PAYS_AFTER = 10;
/** The weights are held twice then. */
const MOST_BYTES = 128 * 2 ** 20;
/** Images of a trial: two show where the second one begins. Its maps are held four times over, so that one is enough of a large network. */
const TRIAL_IMAGES = 2;
const MOST_TRIAL_FLOATS = 2 ** 24;

interface Opened {
  readonly data: SessionData;
  readonly session: NetworkSession;
  readonly feed: OnnxInput;
  /** All taps, and whether one may leave in blocks. */
  readonly outputs: ReadonlyMap<string, boolean>;
  /** Floats of all maps of an image. */
  readonly floats: number;
  /** Milliseconds that opening it took. */
  readonly milliseconds: number;
}

/** The same network with its taps left in blocks, for passes that are measured, from when that pays on. */
export class BlockedPasses {
  #opened: Opened | null;
  #network: BlockedNetwork | null = null;
  #milliseconds = 0;

  constructor(opened: Opened) {
    const { model, external } = opened.data;
    const bytes = [...external.values()].reduce((sum, { length }) => sum + length, model.length);
    const isPossible =
      process.env[SWITCH] !== 'off' &&
      bytes <= MOST_BYTES &&
      opened.feed.batch === null &&
      [...opened.outputs.values()].includes(true);
    this.#opened = isPossible ? opened : null;
  }

  /** Null where it does not work, or does not pay yet. */
  async network(): Promise<BlockedNetwork | null> {
    const opened = this.#opened;
    if (opened === null) return this.#network;
    const pays = this.#milliseconds > PAYS_AFTER * opened.milliseconds;
    if (!pays && process.env[SWITCH] !== 'always') return null;
    this.#opened = null;
    return (this.#network = await open(opened));
  }

  /** Tells that a pass has taken so long. */
  spent(milliseconds: number): void {
    this.#milliseconds += milliseconds;
  }

  async dispose(): Promise<void> {
    this.#opened = null;
    await this.#network?.session.release();
    this.#network = null;
  }
}

async function open({ data, session, feed, outputs, floats }: Opened): Promise<BlockedNetwork | null> {
  const route = await cApiRoute();
  if (!('library' in route)) return null;
  const count = TRIAL_IMAGES * floats <= MOST_TRIAL_FLOATS ? TRIAL_IMAGES : 1;
  const images = noiseImage(count * feed.height * feed.width * feed.channels, 1);
  const feeds = { [feed.name]: imageFloats(feed, images, count) };
  try {
    const made = await session.run(feeds, [...outputs.keys()]);
    return await openBlocked(route.library, data, outputs, { feeds, made });
  } catch {
    // No file to be written, no second session, no batch of two: the pass stays as it is.
    return null;
  }
}
