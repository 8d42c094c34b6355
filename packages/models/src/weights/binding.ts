import { firstNames, nearest } from '@unitscope/base';
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
  /** Whether its shape does not tell. */
  readonly square: boolean;
}

interface Copy {
  readonly parameter: GraphParameter;
  /** The name of the tensor that it is bound to. */
  readonly own: string;
  readonly tensor: string;
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
  /** Tensors that are left and of which a parameter that is read in several places may be a copy, not of its own alone. */
  readonly copies: readonly Copy[];
  /** Whether what is wrong looks like a norm that the exporter has folded into kernels. */
  readonly folded: boolean;
}

/** What an optimiser counts and no network reads. */
const UNREAD = /(^|\.)num_batches_tracked$/;

/** What shapes do not tell. */
export interface Known {
  /** Whether the values are going to be compared with those of the file that the graph came from. */
  readonly compared: boolean;
  /** Initializers of square factors that the exporter has turned; undefined: not known. */
  readonly turned: ReadonlySet<string> | undefined;
  /** What the set holds in place of tensors, by name. */
  readonly unread: ReadonlyMap<string, string>;
  /** Tensors of which others that are bound hold the very numbers. */
  readonly tied: ReadonlySet<string>;
}

/** Binds by one way of names. `initializers`: all of the graph, also those that lead to no layer. */
export function bindBy(
  parameters: readonly GraphParameter[],
  initializers: ReadonlySet<string>,
  set: string,
  tensors: ReadonlyMap<string, WeightTensor>,
  names: NameMap,
  known: Known,
): Binding {
  const { bound, constants, missing, problems } = fitted(parameters, tensors, names, known);
  const left = leftOver(tensors, bound, names, initializers, known.tied);
  for (const { name } of missing)
    problems.push(missingSentence(name, mapped(names, name) ?? name, left, known.unread));
  const ofNames = left.filter((name) => inside(names, name));
  const kernels = [...tensors].filter(([, { shape }]) => shape.length > 1).map(([name]) => name);
  const { sentences, norms } = surplusOf(ofNames, bound, new Set(kernels));
  problems.push(...sentences);
  const told = known.compared || known.turned !== undefined;
  // Kernels that are those of the file to the bit have no norm in them.
  if (norms.length > 0 && !told)
    problems.push(
      `the norm${norms.length === 1 ? '' : 's'} ${quoted(norms)} of the weights ${norms.length === 1 ? 'is' : 'are'} not in the graph`,
    );
  const stale = staleOf(constants, left, tensors);
  const copies = copiesOf(bound, ofNames, tensors);
  const [copy] = copies;
  if (copy !== undefined && !told)
    problems.push(
      `'${copy.parameter.name}' is read in several places and may stand for '${copy.tensor}' too: exporters keep one of tensors that are equal; export the graph from a trained checkpoint, or say exportedFrom, the weights that it was exported from`,
    );
  if (stale.length > 0 && ofNames.length > 0)
    problems.push(
      `${quoted(stale.map(({ name }) => name))} of the graph may have been computed from ${quoted(left)} of the weights`,
    );
  const folded =
    norms.length > 0 || missing.some(({ name }) => /^onnx::|_bias$/.test(name)) || stale.length > 0;
  return { set, names, bound, constants, left, problems, copies, folded: problems.length > 0 && folded };
}

interface Fitted {
  readonly bound: readonly BoundParameter[];
  readonly constants: readonly GraphParameter[];
  /** Parameters of a training that have no tensor. */
  readonly missing: readonly GraphParameter[];
  readonly problems: string[];
}

/** The parameters beside the tensors of their names. */
function fitted(
  parameters: readonly GraphParameter[],
  tensors: ReadonlyMap<string, WeightTensor>,
  names: NameMap,
  { compared, turned }: Known,
): Fitted {
  const problems: string[] = [];
  const bound: BoundParameter[] = [];
  const constants: GraphParameter[] = [];
  const missing: GraphParameter[] = [];
  for (const parameter of parameters) {
    if (parameter.fixed) {
      if (parameter.role === 'constant') constants.push(parameter);
      else
        problems.push(
          `'${parameter.name}' is a Constant of the graph, whose numbers no others can take the place of`,
        );
      continue;
    }
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
    else if (fit === 'either' && !compared && turned === undefined)
      problems.push(
        `'${name}' is square, ${shapeText(parameter.shape)}, and may have been turned by the exporter; say exportedFrom, the weights that the graph was exported from`,
      );
    else {
      const square = fit === 'either';
      const isTurned = square ? turned?.has(parameter.name) === true : fit === 'turned';
      bound.push({ parameter, tensor: name, turned: isTurned, square });
    }
  }
  return { bound, constants, missing, problems };
}

/** Tensors that nothing of the graph is made of, by name. */
function leftOver(
  tensors: ReadonlyMap<string, WeightTensor>,
  bound: readonly BoundParameter[],
  names: NameMap,
  initializers: ReadonlySet<string>,
  tied: ReadonlySet<string>,
): string[] {
  const used = new Set(bound.map(({ tensor }) => placeOf(tensors.get(tensor))));
  return [...tensors].flatMap(([name, tensor]) => {
    if (!isFloat(tensor) || UNREAD.test(name) || tied.has(name)) return [];
    // A tied tensor: the same bytes under a second name.
    if (elementsOf(tensor.shape) > 0 && used.has(placeOf(tensor))) return [];
    const initializer = unmapped(names, name);
    return initializer !== null && initializers.has(initializer) ? [] : [name];
  });
}

/** That a parameter has no tensor of the name that it wants. */
function missingSentence(
  parameter: string,
  wanted: string,
  left: readonly string[],
  unread: ReadonlyMap<string, string>,
): string {
  const held = unread.get(wanted);
  if (held !== undefined) return `'${wanted}' holds ${held}; save it as a dense float32 tensor`;
  const near = nearest(wanted, left);
  return `'${parameter}' has no tensor${near === null ? '' : `; is it '${near}'?`}`;
}

/** Constants that may have been computed from tensors which nothing reads any more: they would stay another checkpoint's. */
function staleOf(
  constants: readonly GraphParameter[],
  left: readonly string[],
  tensors: ReadonlyMap<string, WeightTensor>,
): readonly GraphParameter[] {
  const sizes = new Set(left.map((name) => elementsOf(shapeIn(tensors, name))));
  return constants.filter(({ shape, fixed }) => {
    const size = elementsOf(shape);
    return fixed ? sizes.has(size) : left.length > 0 && (size > 1 || sizes.has(1));
  });
}

function copiesOf(
  bound: readonly BoundParameter[],
  left: readonly string[],
  tensors: ReadonlyMap<string, WeightTensor>,
): readonly Copy[] {
  return bound
    .filter(({ parameter }) => parameter.shared)
    .flatMap(({ parameter, tensor: own }) =>
      left
        .filter((tensor) => sameShape(shapeIn(tensors, own), shapeIn(tensors, tensor)))
        .map((tensor) => ({ parameter, own, tensor })),
    );
}

function shapeIn(tensors: ReadonlyMap<string, WeightTensor>, name: string): readonly number[] {
  return tensors.get(name)?.shape ?? [];
}

function fitOf(
  { shape, turnable }: GraphParameter,
  tensor: WeightTensor,
): 'plain' | 'turned' | 'either' | null {
  if (!isFloat(tensor)) return null;
  const same = sameShape(shape, tensor.shape);
  const turned = turnable && sameShape(shape, [...tensor.shape].reverse());
  if (same && turned) return 'either';
  if (same) return 'plain';
  return turned ? 'turned' : null;
}

/**
 * Tensors that are left although they belong to something that is used: to a module of which another tensor was bound, or,
 * for a norm with running statistics, to the part of the network around a kernel that was bound.
 */
function surplusOf(left: readonly string[], bound: readonly BoundParameter[], kernels: ReadonlySet<string>) {
  const used = new Set<string>();
  for (const { tensor } of bound)
    for (let module = moduleOf(tensor); module !== ''; module = moduleOf(module)) used.add(module);
  const own = new Set(bound.map(({ tensor }) => moduleOf(tensor)));
  const around = new Set<string>();
  for (const kernel of kernels)
    for (let module = moduleOf(kernel); module !== ''; module = moduleOf(module)) around.add(module);
  const sentences: string[] = [];
  const norms = new Set<string>();
  for (const name of left) {
    const module = moduleOf(name);
    if (own.has(module) || used.has(module))
      sentences.push(
        `'${name}' is not in the graph, but others ${module === '' ? 'beside it' : `of '${module}'`} are`,
      );
    else if (/\.running_(mean|var)$/.test(name)) {
      let part = module;
      while (part !== '' && !around.has(part)) part = moduleOf(part);
      // An auxiliary head has kernels of its own, of which none is in the graph either.
      if (part === '' || used.has(part)) norms.add(module);
    }
  }
  return { sentences, norms: [...norms] };
}

function placeOf(tensor: WeightTensor | undefined): string {
  if (tensor === undefined) return '';
  const { file, offset, type, shape, strides } = tensor;
  return JSON.stringify([file.path, offset, type, shape, strides]);
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
  return firstNames(
    names.map((name) => `'${name}'`),
    3,
  );
}
