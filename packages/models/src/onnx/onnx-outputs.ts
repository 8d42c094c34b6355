import { ModelOutputError } from '../errors.js';
import type { Layer } from '../layer.js';
import type { Outputs } from './network-session.js';
import { declaredShapes, type OnnxFile } from './onnx-file.js';
import { describeLayer, mapShape, shapeRefusal, type Tap } from '../graph/taps.js';

/** Throws ModelOutputError where the network makes other sizes than its file declares; the batch is left out. */
export function refuseOtherShapes(path: string, file: OnnxFile, outputs: Outputs): void {
  const declared = declaredShapes(file);
  for (const [name, { dims }] of Object.entries(outputs)) {
    const said = declared.get(name);
    if (said === undefined) continue;
    const differs = said.some((size, axis) => axis > 0 && size !== null && size !== dims[axis]);
    if (said.length === dims.length && !differs) continue;
    throw new ModelOutputError(
      `${path}: the file declares '${name}' as ${shapeText(said)}, the network makes ${shapeText(dims)}`,
    );
  }
}

/** The outputs that a file declares as tensors, so not sequences, maps and optional values. */
export function tensorOutputs(file: OnnxFile): string[] {
  return file.graph.output.filter(({ type }) => type?.tensorType != null).map(({ name }) => name);
}

export function shapeText(sizes: readonly (number | null)[]): string {
  return `[${sizes.map((size) => size ?? '?').join(', ')}]`;
}

/** How a layer is listed whose tap made this output of `images` images. */
export function layerOf(
  tap: Tap,
  index: number,
  name: string,
  output: Outputs[string] | undefined,
  images: number,
): Layer {
  const dims = mapShape(tap, output?.dims ?? []);
  const [, second = 0, third = 0, last = 0] = dims;
  const sizes = tap.channelsLast ? [last, second, third] : [second, third, last];
  const refused = output === undefined ? 'no output' : refusal(output.type, dims, images);
  return describeLayer(tap, index, name, sizes, refused);
}

function refusal(type: string, dims: readonly number[], images: number): string | null {
  if (type !== 'float32') return `maps are ${type}; float32 is measured`;
  return shapeRefusal(dims, images);
}
