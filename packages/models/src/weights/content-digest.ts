import { createHash } from 'node:crypto';
import { FLOAT, FLOAT16, type OnnxFile } from '../onnx/onnx-file.js';
import { onnxStructure } from '../structure/onnx-structure.js';
import { namesBefore } from './graph-parameters.js';
import { ownBytes, storedBytes } from './stored-values.js';

/**
 * A digest of what an ONNX network computes at some tensors: of its structure, its constants and the values that lead there,
 * whatever file they came from. What leads to none of them, such as another checkpoint's counters, is not in it.
 */
export function contentDigest(network: OnnxFile, extent: string, tensors: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(['weights/1', extent, onnxStructure(network)]));
  for (const { opType, attribute } of network.graph.node)
    if (opType === 'Constant') for (const { t } of attribute) hash.update(`${t.length} `).update(t);
  const needed = namesBefore(network, tensors);
  for (const [name, { header }] of [...network.initializers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!needed.has(name)) continue;
    hash.update(JSON.stringify([name, header.dims, header.dataType]));
    const isFloat = header.dataType === FLOAT || header.dataType === FLOAT16;
    hash.update((isFloat ? ownBytes(network, name) : null) ?? storedBytes(network, name));
  }
  return hash.digest('hex');
}
