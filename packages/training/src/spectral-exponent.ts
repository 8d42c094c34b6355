import { meanOf } from '@unitscope/base';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { FloatTensor } from './onnx-writer.js';

/** Of fewer eigenvalues no power law is fitted. */
const FEWEST = 20;
/** Eigenvalues below this share of a matrix's largest are 0 but for rounding. */
const NOTHING = 1e-12;

/**
 * The exponent α of the power law in the tail of the eigenvalues of WᵀW, mean over the layers with at least 20 of them; NaN
 * without such a layer. As weightwatcher 0.7 does by default (Martin, Peng and Mahoney 2021): a convolution of k×k is k² matrices of
 * filters × inputs, whose eigenvalues are taken together.
 */
export function spectralExponent(weights: readonly FloatTensor[]): number {
  const spectra = weights.map((layer) => layerMatrices(layer).flatMap((matrix) => eigenvalues(matrix)));
  return meanOf(spectra.filter(({ length }) => length >= FEWEST).map((values) => tailExponent(values)));
}

/** A dense layer as one matrix, a convolution (filters × inputs × k × k) as one for each place of its kernel. */
function layerMatrices({ dims, values }: FloatTensor): Matrix[] {
  const [rows = 1, columns = 1, ...kernel] = dims;
  const places = kernel.reduce((product, side) => product * side, 1);
  return Array.from({ length: places }, (_, place) => {
    const matrix = new Matrix(rows, columns);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        matrix.set(row, column, values[(row * columns + column) * places + place] ?? NaN);
    return matrix;
  });
}

/** Squares of the singular values that are not 0. */
function eigenvalues(matrix: Matrix): number[] {
  const other = matrix.transpose();
  const gram = matrix.rows < matrix.columns ? matrix.mmul(other) : other.mmul(matrix);
  const { realEigenvalues: found } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const least = NOTHING * Math.max(...found);
  return found.filter((value) => value > least);
}

/**
 * The maximum-likelihood exponent of values above the one from which on a power law fits best (least Kolmogorov–Smirnov distance;
 * Clauset, Shalizi and Newman 2009), as weightwatcher states both.
 */
export function tailExponent(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const logs = sorted.map((value) => Math.log(value));
  let [best, exponent, sum] = [Infinity, NaN, 0];
  for (let from = sorted.length - 1; from >= 0; from--) {
    sum += logs[from] ?? NaN;
    const count = sorted.length - from;
    const first = logs[from] ?? NaN;
    const found = 1 + count / (sum - count * first);
    if (count === 1 || !Number.isFinite(found)) continue;
    let distance = 0;
    for (let at = 0; at < count; at++) {
      const share = 1 - Math.exp((1 - found) * ((logs[from + at] ?? NaN) - first));
      distance = Math.max(distance, Math.abs(share - at / count));
    }
    if (distance <= best) [best, exponent] = [distance, found];
  }
  return exponent;
}
