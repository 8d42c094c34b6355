import { UnreadableModelError, UnsupportedModelError } from '../errors.js';
import { narrowFloat16 } from '@unitscope/base';
import { FLOAT16, type OnnxFile } from '../onnx/onnx-file.js';
import { bindBy, type Binding, type BoundParameter } from './binding.js';
import { parametersOf } from './graph-parameters.js';
import { nameMaps } from './name-maps.js';
import { openWeights } from './open-weights.js';
import { areFinite, readFloats } from './read-tensor.js';
import { ownBytes } from './stored-values.js';
import { tiedTensors } from './tied-tensors.js';
import type { WeightFile, WeightTensor } from './weight-tensor.js';
import type { WeightsOptions } from './weights-options.js';

/** Asked of the person who exported a graph whose norms are folded. */
const UNFOLDED =
  "the exporter has folded norms into kernels, which fit no other checkpoint; export the graph once more with torch.onnx.export(…, dynamo=True, optimize=False), or the older exporter's do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE; and export it from weights that have been trained, since exporters merge tensors that are equal";

/**
 * The one way to bind the weights of a file to a graph: each parameter that leads to one of `tensors` gets its tensor.
 * Throws UnsupportedModelError where there is none, or several.
 */
export async function findBinding(
  graph: string,
  file: OnnxFile,
  tensors: readonly string[],
  options: WeightsOptions,
): Promise<{ readonly weights: WeightFile; readonly binding: Binding }> {
  const weights = await openWeights(options.path);
  const parameters = parametersOf(file, tensors);
  const initializers = new Set(file.initializers.keys());
  const found: Binding[] = [];
  const known = {
    compared: options.exportedFrom !== undefined,
    turned: options.turned === undefined ? undefined : new Set(options.turned),
  };
  const unreadOf = (set: string): ReadonlyMap<string, string> =>
    weights.unread.get(set) ?? new Map<string, string>();
  for (const [set, held] of setsOf(weights, options)) {
    const ways = nameMaps(
      parameters.map(({ name }) => name),
      held.keys(),
    ).filter((names) => options.prefix === undefined || names.weights === options.prefix);
    for (const names of ways) {
      const bind = (tied: ReadonlySet<string>): Binding =>
        bindBy(parameters, initializers, set, held, names, { ...known, unread: unreadOf(set), tied });
      const headers = bind(new Set());
      const tied = await tiedTensors(options.path, held, headers);
      const binding = tied.size > 0 ? bind(tied) : headers;
      if (binding.bound.length > 0 || binding.problems.length > 0) found.push(binding);
    }
  }
  const right = found.filter(({ problems, bound }) => problems.length === 0 && bound.length > 0);
  const [binding] = right;
  if (binding === undefined) return refuse(graph, weights, found);
  if (right.length > 1) refuseSeveral(graph, weights, right);
  if (options.exportedFrom === undefined) return { weights, binding };
  return { weights, binding: await compared(graph, file, binding, options.exportedFrom) };
}

/**
 * The bytes of bound tensors as the graph's initializers hold them, by the initializers' names; `finite`: and nothing that is
 * not. Throws UnreadableModelError, UnsupportedModelError.
 */
export async function boundValues(
  weights: WeightFile,
  { set, bound }: Pick<Binding, 'set' | 'bound'>,
  finite = false,
): Promise<Map<string, Uint8Array>> {
  const held = weights.sets.get(set) ?? new Map<string, WeightTensor>();
  const tensors = bound.map(({ tensor, turned }) => {
    const view = held.get(tensor);
    if (view === undefined)
      throw new UnreadableModelError(`${weights.path}: expected the tensor '${tensor}', found none`);
    return turnedView(view, turned);
  });
  const floats = await readFloats(weights.path, tensors);
  const wrong = finite ? floats.findIndex((values) => !areFinite(values)) : -1;
  if (wrong >= 0)
    throw new UnsupportedModelError(
      `${weights.path}: tensor '${bound[wrong]?.tensor ?? ''}': expected finite weights, found NaN or infinity; did the training diverge?`,
    );
  return new Map(
    bound.map(({ parameter: { name, dataType } }, index) => {
      const values = floats[index] ?? new Float32Array(0);
      const numbers = dataType === FLOAT16 ? Uint16Array.from(values, narrowFloat16) : values;
      return [name, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)];
    }),
  );
}

function turnedView(tensor: WeightTensor, turned: boolean): WeightTensor {
  if (!turned) return tensor;
  return { ...tensor, shape: tensor.shape.toReversed(), strides: tensor.strides.toReversed() };
}

function setsOf(
  weights: WeightFile,
  { inside }: WeightsOptions,
): [string, ReadonlyMap<string, WeightTensor>][] {
  if (inside === undefined) return [...weights.sets];
  const held = weights.sets.get(inside);
  if (held !== undefined) return [[inside, held]];
  const places = [...weights.sets.keys()].map((place) => (place === '' ? 'the file itself' : `'${place}'`));
  throw new UnsupportedModelError(
    `${weights.path}: expected weights inside '${inside}', found them in ${places.slice(0, 5).join(', ')}`,
  );
}

function refuse(graph: string, weights: WeightFile, found: readonly Binding[]): never {
  const [best] = found.toSorted(
    (a, b) => b.bound.length - a.bound.length || a.problems.length - b.problems.length,
  );
  if (best === undefined) {
    throw new UnsupportedModelError(
      `${weights.path}: expected tensors with the names of ${graph}, found none: was the graph exported from another network, or with folded norms? (${UNFOLDED})`,
    );
  }
  const some = best.problems.slice(0, 3);
  const more = best.problems.length - some.length;
  const reason = `${some.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  throw new UnsupportedModelError(
    `${weights.path} does not fit ${graph}: ${reason}${best.folded ? `: ${UNFOLDED}` : ''}`,
  );
}

function refuseSeveral(graph: string, weights: WeightFile, right: readonly Binding[]): never {
  const places = [...new Set(right.map(({ set }) => set))];
  const [what, values] =
    places.length > 1
      ? ['inside', places]
      : ['prefix', [...new Set(right.map(({ names }) => names.weights))]];
  throw new UnsupportedModelError(
    `${weights.path}: ${right.length} sets of its weights fit ${graph}: say which is meant by weights: { ${what}: … }, one of ${values.map((value) => `'${value}'`).join(', ')}`,
  );
}

/**
 * The binding, with square factors turned as the exporter has. Throws UnsupportedModelError where the graph does not hold
 * the very weights that it is said to come from.
 */
async function compared(
  graph: string,
  file: OnnxFile,
  binding: Binding,
  exportedFrom: string,
): Promise<Binding> {
  const { weights, binding: own } = await sourceBinding(graph, file, binding, exportedFrom);
  const bound: BoundParameter[] = [];
  for (const one of binding.bound) {
    const { parameter } = one;
    const stored = ownBytes(file, parameter.name);
    const source = own.get(parameter.name);
    let found: boolean | null = null;
    for (const turned of one.square ? [false, true] : [one.turned]) {
      if (source === undefined || stored === null) break;
      const values = await boundValues(weights, {
        set: source.set,
        bound: [{ ...one, tensor: source.tensor, turned }],
      });
      if (Buffer.compare(values.get(parameter.name) ?? new Uint8Array(0), stored) === 0) found ??= turned;
    }
    if (found === null) {
      throw new UnsupportedModelError(
        `${graph}: its '${parameter.name}' is not '${one.tensor}' of ${exportedFrom}, bit for bit: ${UNFOLDED}`,
      );
    }
    bound.push({ ...one, turned: found });
  }
  for (const { parameter, tensor } of binding.copies) {
    const source = own.get(parameter.name);
    if (source === undefined) continue;
    const [one] = [
      ...(
        await boundValues(weights, {
          set: source.set,
          bound: [{ parameter, tensor: source.renamed(tensor), turned: false, square: false }],
        })
      ).values(),
    ];
    const stored = ownBytes(file, parameter.name);
    if (one !== undefined && stored !== null && Buffer.compare(one, stored) !== 0) continue;
    throw new UnsupportedModelError(
      `${graph}: its '${parameter.name}' is read in several places and may stand for '${tensor}' too: the two are equal in ${exportedFrom}; export the graph from a trained checkpoint`,
    );
  }
  return { ...binding, bound };
}

/** Where the file that a graph was exported from has its parameters: named as in the other file, or with another prefix. */
async function sourceBinding(graph: string, file: OnnxFile, binding: Binding, exportedFrom: string) {
  const weights = await openWeights(exportedFrom);
  const parameters = binding.bound.map(({ parameter }) => parameter);
  const initializers = new Set(file.initializers.keys());
  const ways: Binding[] = [];
  for (const [set, held] of weights.sets)
    for (const names of nameMaps(
      parameters.map(({ name }) => name),
      held.keys(),
    )) {
      const way = bindBy(parameters, initializers, set, held, names, {
        compared: true,
        turned: undefined,
        unread: new Map(),
        tied: new Set(),
      });
      if (way.bound.length === parameters.length) ways.push(way);
    }
  const [way] = ways.filter(({ set }) => set === binding.set).concat(ways);
  if (way === undefined)
    throw new UnsupportedModelError(
      `${graph}: ${exportedFrom} does not hold all of its weights; is it the file that it was exported from?`,
    );
  const renamed = (tensor: string): string => way.names.weights + tensor.slice(binding.names.weights.length);
  return {
    weights,
    binding: new Map(
      way.bound.map(({ parameter, tensor }) => [parameter.name, { set: way.set, tensor, renamed }]),
    ),
  };
}
