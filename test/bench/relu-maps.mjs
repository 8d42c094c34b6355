import { generate, inputs } from '../../packages/topology/bench/maps.mjs';

/** `count` maps of size × size, back to back, as after a ReLU: bumps with a little noise. */
export function reluMaps(count, size) {
  const block = new Float32Array(count * size * size);
  generate(inputs.blobs, size, block);
  return block;
}
