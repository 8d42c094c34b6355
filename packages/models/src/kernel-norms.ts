import type { ConvolutionKind } from './layer.js';

export type KernelShape = readonly number[];

/**
 * L1 norm of each unit's kernel, from tfjs's layouts: [h, w, in, out]; depthwise [h, w, in, multiplier],
 * whose unit is in × multiplier; transposed [h, w, out, in]. Null for separable convolutions, whose units
 * are made by two kernels.
 */
export function channelNorms(
  values: Float32Array,
  shape: KernelShape,
  kind: ConvolutionKind,
  units: number,
): Float64Array | null {
  if (kind === 'separable' || shape.length !== 4) return null;
  const norms = new Float64Array(units);
  const inner = shape[3] ?? 1;
  for (let index = 0; index < values.length; index++) {
    const unit = kind === 'transposed' ? Math.floor(index / inner) % units : index % units;
    norms[unit] = (norms[unit] ?? 0) + Math.abs(values[index] ?? 0);
  }
  return norms;
}

/** The same from ONNX's layouts: [out, in / groups, h, w]; transposed [in, out / groups, h, w]. */
export function onnxChannelNorms(
  values: Float32Array | Float64Array,
  shape: KernelShape,
  kind: ConvolutionKind,
  units: number,
): Float64Array | null {
  const [first = 1, second = 1, height = 1, width = 1] = shape;
  const size = height * width;
  const norms = new Float64Array(units);
  if (kind !== 'transposed') {
    const perUnit = values.length / units;
    for (let unit = 0, index = 0; unit < units; unit++) {
      let sum = 0;
      for (const end = Math.ceil((unit + 1) * perUnit); index < end; index++)
        sum += Math.abs(values[index] ?? 0);
      norms[unit] = sum;
    }
    return norms;
  }
  const groups = units / second;
  if (!Number.isInteger(groups) || first % groups !== 0) return null;
  for (let index = 0; index < values.length; index++) {
    const input = Math.floor(index / (size * second));
    const group = Math.floor((input * groups) / first);
    const unit = group * second + (Math.floor(index / size) % second);
    norms[unit] = (norms[unit] ?? 0) + Math.abs(values[index] ?? 0);
  }
  return norms;
}
