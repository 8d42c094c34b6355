import { UnsupportedModelError } from '../errors.js';
import { readOnnx } from '../onnx/onnx-file.js';
import { onnxOps } from '../onnx/onnx-ops.js';
import { OnnxWeights } from '../onnx/onnx-weights.js';
import { seededNormals } from '@unitscope/base';
import { findTaps } from '../graph/taps.js';

/** Gain, shift, mean and variance of a batch norm that has seen nothing: the identity. */
const FRESH_NORM = [1, 0, 0, 1];

/**
 * Writes the ONNX network at `from` to `to` with weights as before any training: kernels normal with variance
 * 2 / fan-in where an activation follows (He et al. 2015), 1 / fan-in where none does, biases 0, batch norms the identity.
 * A seed gives the same bytes everywhere. Throws UnreadableModelError, UnsupportedModelError.
 */
export async function reinitialiseOnnx(from: string, to: string, seed: number): Promise<void> {
  const file = await readOnnx(from);
  const ops = onnxOps(file);
  const activated = new Set(
    findTaps(ops)
      .filter(({ activation }) => activation !== null)
      .map(({ op }) => op.output),
  );
  const weights = new OnnxWeights(from, file);
  let drawn = 0;
  for (const { opType, input, output } of file.graph.node) {
    const stored = input.map((name) => (file.initializers.has(name) ? name : ''));
    const fill = (name: string, value: number): void => {
      if (name !== '') weights.write(name, weights.read(name).fill(value));
    };
    if (opType === 'BatchNormalization') {
      FRESH_NORM.forEach((value, index) => fill(stored[index + 1] ?? '', value));
      continue;
    }
    if (!['Conv', 'ConvTranspose', 'FusedConv', 'Gemm', 'MatMul'].includes(opType)) continue;
    const kernel = stored.slice(0, 2).find((name) => name !== '');
    if (kernel === undefined) continue;
    const sizes = weights.shape(kernel) ?? [];
    const fanIn = opType === 'MatMul' ? (sizes[0] ?? 1) : sizes.slice(1).reduce((a, b) => a * b, 1);
    const deviation = Math.sqrt((activated.has(output[0] ?? '') ? 2 : 1) / Math.max(1, fanIn));
    const normals = seededNormals(weights.read(kernel).length, `${seed}/${kernel}`);
    weights.write(
      kernel,
      normals.map((value) => value * deviation),
    );
    fill(stored[2] ?? '', 0);
    drawn++;
  }
  if (drawn === 0)
    throw new UnsupportedModelError(`${from}: no convolution whose weights are stored in the file`);
  await weights.save(to);
}
