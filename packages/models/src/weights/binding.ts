import { nearest } from '@unitscope/plan';
import type { GraphParameter } from './graph-parameters.js';
import { mapped, moduleOf, unmapped, type NameMap } from './name-maps.js';
import { isFloat } from './read-tensor.js';
import { elementsOf, type WeightTensor } from './weight-tensor.js';

export interface BoundParameter {
  readonly parameter: GraphParameter;
  /** The name of its tensor in the file. */
  readonly tensor: string;
  /** Whether the exporter has turned it: rows are columns. */
  readonly turned: boolean;
}

/** What became of the parameters of a graph and the tensors of one set by one way of names. */
export interface Binding {
  /** Where in the file the tensors are. */
  readonly set: string;
  readonly names: NameMap;
  readonly bound: readonly BoundParameter[];
  /** Parameters that the file has not and that stay as the graph has them. */
  readonly constants: readonly GraphParameter[];
  /** Tensors that nothing of the graph is made of. */
  readonly left: readonly string[];
  /** Why it does not hold, each a sentence; none: it holds. */
  readonly problems: readonly string[];
  /** Whether what is wrong looks like a norm that the exporter has folded into kernels. */
  readonly folded: boolean;
}

/** What an optimiser counts and no network reads. */
const UNREAD = /(^|\.)num_batches_tracked$/;

/**
 * Binds by one way of names. `initializers`: all of the graph, also those that lead to no layer. `compared`: the values are
 * compared with those of the file that the graph came from, which tells whether a square factor was turned.
 */
export function bindBy(
  parameters: readonly GraphParameter[],
  initializers: ReadonlySet<string>,
  set: string,
  tensors: ReadonlyMap<string, WeightTensor>,
  names: NameMap,
  compared: boolean,
): Binding {
  const problems: string[] = [];
  const bound: BoundParameter[] = [];
  const constants: GraphParameter[] = [];
  const missing: GraphParameter[] = [];
  for (const parameter of parameters) {
    const name = mapped(names, parameter.name);
    const tensor = name === null ? undefined : tensors.get(name);
    if (name === null || tensor === undefined) {
      (parameter.role === 'trained' ? missing : constants).push(parameter);
      continue;
    }
    const fit = fitOf(parameter, tensor);
    if (fit === null)
      problems.push(
        `'${name}': expected ${shapeText(parameter.shape)}, found ${tensor.type} ${shapeText(tensor.shape)}`,
      );
    else if (fit === 'either' && !compared)
      problems.push(
        `'${name}' is square, ${shapeText(parameter.shape)}, and may have been turned by the exporter; say exportedFrom, the weights that the graph was exported from`,
      );
    else bound.push({ parameter, tensor: name, turned: fit !== 'plain' });
  }
  const left = [...tensors].flatMap(([name, tensor]) => {
    if (!isFloat(tensor) || UNREAD.test(name)) return [];
    const initializer = unmapped(names, name);
    return initializer !== null && initializers.has(initializer) ? [] : [name];
  });
  for (const { name } of missing) {
    const near = nearest(mapped(names, name) ?? name, left);
    problems.push(`'${name}' has no tensor${near === null ? '' : `; is it '${near}'?`}`);
  }
  const surplus = surplusOf(left, bound);
  problems.push(...surplus.sentences);
  // A number that was computed from tensors which nothing reads any more would stay that of another checkpoint.
  const stale = left.length > 0 ? constants.filter(({ shape }) => elementsOf(shape) > 1) : [];
  if (stale.length > 0 && left.some((name) => inside(names, name)))
    problems.push(
      `${quoted(stale.map(({ name }) => name))} of the graph may have been computed from ${quoted(left)} of the weights`,
    );
  const folded = surplus.norms || missing.some(({ name }) => /^onnx::|_bias$/.test(name)) || stale.length > 0;
  return { set, names, bound, constants, left, problems, folded: problems.length > 0 && folded };
}

function fitOf({ shape, turnable }: GraphParameter, tensor: WeightTensor): 'plain' | 'turned' | 'either' | null {
  if (!isFloat(tensor)) return null;
  const same = sameShape(shape, tensor.shape);
  const turned = turnable && sameShape(shape, [...tensor.shape].reverse());
  if (same && turned) return 'either';
  if (same) return 'plain';
  return turned ? 'turned' : null;
}

/**
 * Tensors that are left although they belong to something that is used: to a module of which another tensor was bound, or,
 * for a norm with running statistics, beside one.
 */
function surplusOf(left: readonly string[], bound: readonly BoundParameter[]) {
  const modules = new Set(bound.map(({ tensor }) => moduleOf(tensor)));
  const parents = new Set([...modules].map(moduleOf));
  const sentences: string[] = [];
  const norms = new Set<string>();
  for (const name of left) {
    const module = moduleOf(name);
    if (modules.has(module)) sentences.push(`'${name}' is not in the graph, but others of '${module}' are`);
    else if (/\.running_(mean|var)$/.test(name) && parents.has(moduleOf(module))) norms.add(module);
  }
  if (norms.size > 0)
    sentences.push(`the norm${norms.size === 1 ? '' : 's'} ${quoted([...norms])} of the weights are not in the graph`);
  return { sentences, norms: norms.size > 0 };
}

function inside({ weights }: NameMap, tensor: string): boolean {
  return tensor.startsWith(weights);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** The first few of many. */
function quoted(names: readonly string[]): string {
  const some = names.slice(0, 3).map((name) => `'${name}'`);
  return names.length > some.length ? `${some.join(', ')} and ${names.length - some.length} more` : some.join(', ');
}
