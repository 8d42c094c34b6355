import type { Floats, NetworkSession, Outputs } from '../onnx/network-session.js';
import { BoundSession, type SessionData } from './bound-session.js';
import { leaveBlocks, optimisedModel } from './optimised-model.js';
import type { OrtLibrary } from './ort-library.js';

/** A network that leaves its outputs as onnxruntime's optimiser lays them out. */
export interface BlockedNetwork {
  readonly session: NetworkSession;
  /** Channels of a block. */
  readonly block: number;
  /** The tensor of each output, in blocks or as it was. */
  readonly tensorOf: (output: string) => { readonly name: string; readonly isBlocked: boolean };
}

interface Trial {
  readonly feeds: Readonly<Record<string, Floats>>;
  /** What the network makes of `feeds`, [image][channel][row][column] where it has four sizes. */
  readonly made: Outputs;
}

/** The sizes of blocks that onnxruntime has (MlasNchwcGetBlockSize), or may have. */
const BLOCKS = [16, 8, 4, 32] as const;

/**
 * `outputs` are all taps, and whether one may be left in blocks. The network without what turns blocks into rows for its outputs; or null where no output is in blocks, or one of them has
 * not the bits of `trial`.
 */
export async function openBlocked(
  library: OrtLibrary,
  data: SessionData,
  outputs: ReadonlyMap<string, boolean>,
  trial: Trial,
): Promise<BlockedNetwork | null> {
  const taps = [...outputs.keys()];
  const inBlocks = leaveBlocks(
    await optimisedModel(library, data),
    taps,
    (output) => outputs.get(output) === true,
  );
  if (inBlocks === null) return null;
  const { model, blockedOf } = inBlocks;
  const session = await BoundSession.create(library, {
    model,
    external: new Map(),
    threads: data.threads,
    isOptimised: true,
  });
  const tensorOf = (output: string): { name: string; isBlocked: boolean } => {
    const blocked = blockedOf.get(output);
    return blocked === undefined ? { name: output, isBlocked: false } : { name: blocked, isBlocked: true };
  };
  try {
    const names = [...new Set(taps.map((output) => tensorOf(output).name))];
    const found = await session.run(trial.feeds, names);
    const isEqual = (block: number): boolean =>
      taps.every((output) => {
        const { name, isBlocked } = tensorOf(output);
        return sameBits(floatsOf(trial.made[output]), floatsOf(found[name]), isBlocked ? block : 1);
      });
    const block = BLOCKS.find(isEqual);
    if (block !== undefined) return { session, block, tensorOf };
  } catch {
    // It does not run as it was left.
  }
  await session.release();
  return null;
}

function floatsOf(output: Outputs[string] | undefined): Floats | null {
  return output?.data instanceof Float32Array ? { data: output.data, dims: output.dims } : null;
}

/** Whether `blocked` has the values of `plain` where its channels lie in blocks. */
function sameBits(plain: Floats | null, blocked: Floats | null, block: number): boolean {
  if (plain === null || blocked === null) return false;
  const [images = 0, channels = 0, ...sizes] = plain.dims;
  const pixels = sizes.reduce((product, size) => product * size, 1);
  const groups = Math.ceil(channels / block);
  if (blocked.data.length !== images * groups * block * pixels) return false;
  const [expected, found] = [plain.data, blocked.data].map(bitsOf) as [Int32Array, Int32Array];
  for (let map = 0, at = 0; map < images * channels; map++) {
    const channel = map % channels;
    const group = Math.floor(map / channels) * groups + Math.floor(channel / block);
    let from = group * pixels * block + (channel % block);
    for (let pixel = 0; pixel < pixels; pixel++, at++, from += block)
      if (expected[at] !== found[from]) return false;
  }
  return true;
}

function bitsOf({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
