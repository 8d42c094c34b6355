import { BirthKernel } from '@unitscope/topology';
import { createBinding } from '../onnx/onnx-session.js';
import type { NetworkSession } from '../onnx/network-session.js';
import { TINY_SIZE, tinyNetwork } from '../onnx/tiny-network.js';
import { BoundSession } from './bound-session.js';
import { OrtLibrary } from './ort-library.js';

/** `off`: every map goes through onnxruntime-node's own binding. */
const SWITCH = 'UNITSCOPE_ONNX_C_API';

/** The C API where it works here, or why onnxruntime is reached by its binding alone. */
type CApiRoute = { readonly library: OrtLibrary } | { readonly problem: string };

let route: Promise<CApiRoute> | undefined;

/** Whether networks run by the C API in this thread; found out once. */
export function cApiRoute(): Promise<CApiRoute> {
  if (process.env[SWITCH] === 'off') return Promise.resolve({ problem: `${SWITCH} is off` });
  return (route ??= find());
}

/** Why networks do not run by the C API here; null where they do. */
export async function cApiProblem(): Promise<string | null> {
  const found = await cApiRoute();
  return 'library' in found ? null : found.problem;
}

async function find(): Promise<CApiRoute> {
  try {
    const library = await OrtLibrary.load();
    await refuseOtherBirths(library);
    return { library };
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n');
    return { problem: line };
  }
}

const MAPS = 5;

/** Throws where the maps that a network writes into a kernel's memory, or their births, are not those of the binding. */
async function refuseOtherBirths(library: OrtLibrary): Promise<void> {
  const data = { model: tinyNetwork(), external: new Map<string, Uint8Array>(), threads: 1 };
  const pixels = TINY_SIZE ** 2;
  const dims = [MAPS, 1, TINY_SIZE, TINY_SIZE];
  const x = { data: Float32Array.from({ length: MAPS * pixels }, (_, i) => Math.sin(i * i)), dims };
  const kernel = new BirthKernel();
  const place = kernel.reserve(x.data.length);
  const [bound, binding] = [await BoundSession.create(library, data), await createBinding(data)];
  try {
    await bound.runInto({ x }, { y: { data: place, dims } });
    const { y } = await binding.run({ x }, ['y']);
    if (!(y?.data instanceof Float32Array)) throw new Error('the self-test made no maps');
    const [here, expected] = [place, y.data].map((maps) => birthsOf(kernel, maps));
    const same = place.every((value, i) => Object.is(value, (y.data as Float32Array)[i]));
    if (!same || String(here) !== String(expected))
      throw new Error('the self-test gave other births by the C API');
  } finally {
    await bound.release();
    await binding.release();
  }
}

function birthsOf(kernel: BirthKernel, maps: Float32Array): Uint32Array {
  const birthRanks = new Uint32Array(MAPS);
  kernel.measure(maps, TINY_SIZE, { birthRanks });
  return birthRanks;
}

/** A network for a measured pass: by the C API where that works here, else by the binding, with the same floats. */
export async function openSession(data: {
  readonly model: Uint8Array;
  readonly external: ReadonlyMap<string, Uint8Array>;
  readonly threads: number;
  readonly providers?: Parameters<typeof createBinding>[0]['providers'];
}): Promise<NetworkSession> {
  // Memory of another device is the binding's matter.
  const found = data.providers === undefined ? await cApiRoute() : null;
  return found !== null && 'library' in found
    ? await BoundSession.create(found.library, data)
    : await createBinding(data);
}
