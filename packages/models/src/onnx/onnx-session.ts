import type { Provider } from '@unitscope/plan';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { discardBuffers } from '../native/discard-buffers.js';
import { refuseEndless } from '../files/onnx-bodies.js';
import { roundToFloat16 } from '@unitscope/base';
import { inFull } from '../providers/execution-providers.js';
import { refuseAbsentProviders } from '../providers/provider-trials.js';
import { inNative } from '../native/native-section.js';
import type { Floats, NetworkSession } from './network-session.js';
import type { OnnxInput } from './onnx-input.js';
import { channelsFirst } from '../unit-maps.js';

type Runtime = typeof import('onnxruntime-node');

/** What sessions of the binding take and make. */
export type Tensors = InferenceSession.OnnxValueMapType;

interface SessionKind {
  readonly optimisation?: 'all' | 'disabled';
  readonly providers?: readonly Provider[] | undefined;
}

/** A session of a model that names no file: `external` holds what its initializers say lies elsewhere. Throws UnsupportedModelError where it may run for ever, BackendMissingError for a provider that does not run here. */
export async function createSession(
  runtime: Runtime,
  model: Uint8Array,
  external: ReadonlyMap<string, Uint8Array>,
  threads: number,
  { optimisation = 'all', providers }: SessionKind = {},
): Promise<InferenceSession> {
  refuseEndless(model);
  const executionProviders = inFull(providers);
  await refuseAbsentProviders(executionProviders);
  const options: InferenceSession.SessionOptions = {
    executionProviders,
    graphOptimizationLevel: optimisation,
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What goes wrong is thrown; it need not be printed as well.
    logSeverityLevel: 4,
    externalData: [...external].map(([path, data]) => ({ path, data })),
  };
  return guarded(await inNative(() => runtime.InferenceSession.create(model, options)));
}

/** A session whose thread is not ended while it is inside the library. */
function guarded(session: InferenceSession): InferenceSession {
  const [run, release] = [session.run.bind(session), session.release.bind(session)] as const;
  const runGuarded = (...args: Parameters<typeof run>): ReturnType<typeof run> =>
    inNative(() => run(...args));
  session.run = runGuarded as InferenceSession['run'];
  session.release = () => inNative(release);
  return session;
}

/** A batch of images, [image][y][x][channel], as the model takes it: float32, for a float16 network of its values. */
export function imageTensor(runtime: Runtime, feed: OnnxInput, images: Float32Array, count: number): Tensor {
  const { data, dims } = imageFloats(feed, images, count);
  return new runtime.Tensor('float32', data, dims);
}

/** The same, for a session of either kind; where they are turned, they are turned into `placeOf` so many floats. */
export function imageFloats(
  feed: OnnxInput,
  images: Float32Array,
  count: number,
  placeOf: (floats: number) => Float32Array = (floats) => new Float32Array(floats),
): Floats {
  const { height, width, channels, channelsLast, type } = feed;
  const turned =
    channelsLast || channels === 1
      ? images
      : channelsFirst(images, count, height * width, channels, placeOf(images.length));
  const dims = channelsLast ? [count, height, width, channels] : [count, channels, height, width];
  return { data: type === 'float32' ? turned : turned.map(roundToFloat16), dims };
}

interface BindingData {
  readonly model: Uint8Array;
  readonly external: ReadonlyMap<string, Uint8Array>;
  readonly threads: number;
  readonly providers?: readonly Provider[] | undefined;
}

/** A network by onnxruntime-node's binding. */
export async function createBinding({
  model,
  external,
  threads,
  providers,
}: BindingData): Promise<NetworkSession> {
  const runtime = await import('onnxruntime-node');
  const session = await createSession(runtime, model, external, threads, { providers });
  const tensors = (all: Readonly<Record<string, Floats>>): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(all).map(([name, { data, dims }]) => [name, new runtime.Tensor('float32', data, dims)]),
    );
  return {
    run: (feeds, names) => session.run(tensors(feeds), names),
    runInto: async (feeds, places) => {
      // onnxruntime-node fills the places, and copies each into a buffer of its own besides.
      const made = await session.run(tensors(feeds), tensors(places));
      discardBuffers(
        Object.entries(made)
          .map(([output, { data }]) => [bufferOf(data), bufferOf(places[output]?.data)])
          .flatMap(([copy, place]) => (copy === undefined || copy === place ? [] : [copy])),
      );
    },
    release: () => session.release(),
  };
}

function bufferOf(data: unknown): ArrayBuffer | undefined {
  return data instanceof Float32Array && data.buffer instanceof ArrayBuffer ? data.buffer : undefined;
}
