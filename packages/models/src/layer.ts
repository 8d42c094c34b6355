import { nearest } from '@unitscope/base';
import { MAX_MAP_SIZE } from '@unitscope/topology';
import { UnknownLayerError } from './errors.js';
import { globMatches } from './glob-match.js';

export type ConvolutionKind = 'conv' | 'depthwise' | 'grouped' | 'separable' | 'transposed';

/** A convolution, or a whole residual block where its output is looked at. */
export type LayerKind = ConvolutionKind | 'block';

/** One convolution or residual block of a checkpoint, looked at where the kind of tap says. */
export interface Layer {
  /** The name of the convolution, or of the addition that ends the block, made unique. */
  readonly name: string;
  /** Position among the checkpoint's convolutions or blocks, in the order in which they run. */
  readonly index: number;
  readonly kind: LayerKind;
  /** Output channels. */
  readonly units: number;
  readonly height: number;
  readonly width: number;
  /** The tensor that is looked at. */
  readonly tap: string;
  /** The activation that made it; null where the convolution has none (the tap is then its own output, after batch norm). */
  readonly activation: string | null;
  /** The normalisations between the convolution and the tap; null where there are none. */
  readonly norm: string | null;
  /** What a reader of the tap should know: an activation beyond it, an unknown operation that ended the search. */
  readonly note?: string;
  readonly measurable: boolean;
  /** Why not, where it is not. */
  readonly reason?: string;
}

/** A convolution of a checkpoint that is no layer, because its maps cannot be looked at. */
export interface UnseenConvolution {
  readonly name: string;
  /** Why, and the way out. */
  readonly reason: string;
}

/** Why maps of this size have no feature entropy, or null where they do (`docs/method.md`, section 1). */
export function unmeasurable(height: number, width: number): string | null {
  if (height !== width) return `maps are ${height}x${width}, not square`;
  if (height < 4) return `maps of ${height}x${width}: no hole can exist below 4x4`;
  if (height > MAX_MAP_SIZE) {
    return `maps of ${height}x${width}: the largest that are measured are ${MAX_MAP_SIZE}x${MAX_MAP_SIZE}`;
  }
  return null;
}

/** What is done with layers whose maps are not square: left out, or the centred square of each map is measured. */
export type NonSquare = 'refuse' | 'crop';

/** The layer as it is listed where maps that are not square may be cropped; others as they are. */
export function croppable(layer: Layer, nonSquare: NonSquare): Layer {
  const { height, width, reason, ...rest } = layer;
  const onlyNotSquare = height !== width && reason === unmeasurable(height, width);
  if (nonSquare === 'refuse' || !onlyNotSquare) return layer;
  const size = Math.min(height, width);
  const still = unmeasurable(size, size);
  return { ...rest, height, width, measurable: still === null, ...(still !== null && { reason: still }) };
}

/** Names in their order, with `#2`, `#3` … added to those that occurred before. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let copy = 2; taken.has(unique); copy++) unique = `${name}#${copy}`;
    taken.add(unique);
    return unique;
  });
}

/**
 * The layers that the patterns select, in their order: globs of names (`*` any text, `?` one character), or
 * positions (`3` or `#3`); a leading `!` takes away. Layers that cannot be measured are left out of what a glob
 * selects; a name or number alone keeps them. Throws UnknownLayerError where a pattern matches no layer.
 */
export function selectLayers(layers: readonly Layer[], patterns: readonly (string | number)[]): Layer[] {
  const selected = new Set<Layer>();
  for (const written of patterns) {
    const pattern = typeof written === 'number' ? `#${written}` : written;
    const negative = pattern.startsWith('!');
    const { hits, isGlob } = matches(layers, negative ? pattern.slice(1) : pattern);
    for (const layer of hits) {
      if (negative) selected.delete(layer);
      else if (!isGlob || layer.measurable) selected.add(layer);
    }
  }
  return layers.filter((layer) => selected.has(layer));
}

function matches(layers: readonly Layer[], pattern: string): { hits: readonly Layer[]; isGlob: boolean } {
  const exact = layers.filter((layer) => layer.name === pattern);
  if (exact.length > 0) return { hits: exact, isGlob: false };
  const number = /^#(\d+)$/.exec(pattern)?.[1];
  if (number !== undefined) {
    const hit = layers[Number(number)];
    if (hit !== undefined) return { hits: [hit], isGlob: false };
    const there = layers.length === 0 ? 'no layer' : `the layers #0 to #${layers.length - 1}`;
    throw new UnknownLayerError(`there is no layer ${pattern}; the checkpoint has ${there}`);
  }
  const hits = layers.filter((layer) => globMatches(pattern, layer.name));
  if (hits.length === 0) throw new UnknownLayerError(unknownLayer(pattern, layers));
  return { hits, isGlob: true };
}

function unknownLayer(glob: string, layers: readonly Layer[]): string {
  const names = layers.map((layer) => layer.name);
  const near = nearest(glob, names);
  const hint =
    near === null
      ? `the layers are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
      : `did you mean '${near}'?`;
  return `no layer is called '${glob}'; ${names.length === 0 ? 'the checkpoint has none' : hint}`;
}
