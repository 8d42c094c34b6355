import { onnxMeaning } from '../graph/onnx-meanings.js';
import type { UnseenConvolution } from '../layer.js';
import { decodeNode, type OnnxFile, type OnnxNode } from './onnx-file.js';
import type { Op } from '../graph/op-graph.js';
import { graphsOf } from './nested-graphs.js';
import { contentsOf, FUNCTION, MODEL, textsOf } from './wire-texts.js';

const BRANCHES =
  'export the network without If, Loop and Scan (in eval mode, with fixed sizes); onnxruntime folds a condition that is ' +
  "constant: python -c 'import onnxruntime as o; s = o.SessionOptions(); s.graph_optimization_level = " +
  'o.GraphOptimizationLevel.ORT_ENABLE_BASIC; s.optimized_model_filepath = "folded.onnx"; ' +
  'o.InferenceSession("model.onnx", s, providers=["CPUExecutionProvider"])\'   (pip install onnxruntime)';

/** The convolutions of a file that are no layers, and why. */
export function unseenConvolutions(file: OnnxFile, ops: readonly Op[]): UnseenConvolution[] {
  const functions = new Map(
    contentsOf(file.bytes, MODEL.function).map((bytes) => [
      textsOf(bytes, FUNCTION.name).at(-1) ?? '',
      contentsOf(bytes, FUNCTION.node).map(decodeNode),
    ]),
  );
  const inside = (node: OnnxNode, seen: ReadonlySet<string>): OnnxNode[] => {
    const own = graphsOf(node).flatMap((graph) => graph.node);
    const isCall = onnxMeaning(node.domain, node.opType).role === 'unknown' && !seen.has(node.opType);
    const called = isCall ? (functions.get(node.opType) ?? []) : [];
    const deeper = isCall ? new Set([...seen, node.opType]) : seen;
    return [...own, ...called].flatMap((inner) => [inner, ...inside(inner, deeper)]);
  };
  const hidden = file.graph.node.flatMap((outer) => {
    const isFunction = functions.has(outer.opType) && graphsOf(outer).length === 0;
    const place = `'${nameOf(outer)}' (${outer.opType})`;
    const reason = isFunction
      ? `inside the function ${place}, which imports another opset than the model; inline it (onnx.inliner) before`
      : `inside ${place}: ${BRANCHES}`;
    return inside(outer, new Set())
      .filter(({ domain, opType }) => onnxMeaning(domain, opType).role === 'convolution')
      .map((node) => ({ name: nameOf(node), reason }));
  });
  const others = ops.flatMap(({ name, type, role, meaning }): UnseenConvolution[] => {
    if (role === 'unknown' && /conv/i.test(type) && !functions.has(type.split(':').at(-1) ?? '')) {
      return [{ name, reason: `${type} is an operation that unitscope does not know` }];
    }
    const isOther = meaning?.role === 'convolution' && role !== 'convolution';
    return isOther
      ? [{ name, reason: `${type} with a kernel that is not of two dimensions makes no N×N maps` }]
      : [];
  });
  return [...hidden, ...others];
}

function nameOf({ name, output }: OnnxNode): string {
  return name === '' ? (output[0] ?? '') : name;
}
