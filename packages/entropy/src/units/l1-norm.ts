import { InputError } from '@unitscope/base';

export class KernelShapeError extends InputError {
  readonly code = 'KERNEL_SHAPE';
}

/**
 * The L1 norm of each unit's kernel, summed plainly in the kernel's own order. The unit is the kernel's
 * `first` axis (ONNX and PyTorch: out, in, height, width) or its `last` (TensorFlow: height, width, in, out).
 * Throws KernelShapeError where the kernel is not a whole number of units.
 */
export function l1Norms(kernel: Float32Array, units: number, unitAxis: 'first' | 'last'): Float64Array {
  if (!Number.isInteger(units) || units < 1 || kernel.length % units !== 0) {
    throw new KernelShapeError(
      `kernel: expected a multiple of ${units} units, found ${kernel.length} values`,
    );
  }
  const perUnit = kernel.length / units;
  const norms = new Float64Array(units);
  for (let i = 0; i < kernel.length; i++) {
    const unit = unitAxis === 'first' ? Math.floor(i / perUnit) : i % units;
    norms[unit]! += Math.abs(kernel[i]!);
  }
  return norms;
}
