import { decodeTensorHeader } from '../files/tensor-header.js';
import { decodeGraph, type OnnxGraph, type OnnxNode } from './onnx-file.js';

/** The graphs that a node holds (the branches of If, the bodies of Loop and Scan). */
export function graphsOf(node: OnnxNode): OnnxGraph[] {
  return node.attribute.flatMap(({ g, graphs }) =>
    [...(g.length > 0 ? [g] : []), ...graphs].map(decodeGraph),
  );
}

/** The tensors of the graph around it that a graph inside a node reads. */
export function outerTensors(graph: OnnxGraph): Set<string> {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
    ...graph.initializer.map((bytes) => decodeTensorHeader(bytes).name),
  ]);
  const read = [
    ...graph.node.flatMap((node) => [
      ...node.input,
      ...graphsOf(node).flatMap((inner) => [...outerTensors(inner)]),
    ]),
    ...graph.output.map(({ name }) => name),
  ];
  return new Set(read.filter((name) => name !== '' && !own.has(name)));
}
