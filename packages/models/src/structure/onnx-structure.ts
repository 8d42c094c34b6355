import { createHash, type Hash } from 'node:crypto';
import type { OnnxFile } from '../onnx/onnx-file.js';
import { decodeTensorHeader, type OnnxTensor } from '../files/tensor-header.js';
import { fieldsOf, type WireField } from '../files/wire-fields.js';

// Fields of ModelProto, GraphProto, NodeProto and AttributeProto. Texts for people and where a file comes from are left
// out: a checkpoint of the same network may have others.
const MODEL = { irVersion: 1, graph: 7, opset: 8, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13, sparse: 15 } as const;
const NODE = { opType: 4, attribute: 5, docString: 6, metadata: 9 } as const;
const TENSOR_ATTRIBUTE = 5;

// TensorProto.DataType: integers that exporters use for shapes, axes and indices.
const SHAPE_TYPES = new Set([7, 9]);
/** Operations whose floats determine the sizes of maps. */
const SHAPING = new Set(['Resize', 'Upsample']);
/** Constants of nodes that have more values than this are weights. */
const MOST_CONSTANT_VALUES = 16;
const NOTHING = new Uint8Array(0);

/**
 * A digest of what an ONNX file computes but for the values of its weights: operations, shapes and types, and the
 * constants that shapes depend on. Checkpoints of one training have the same.
 */
export function onnxStructure(file: OnnxFile): string {
  const hash = createHash('sha256');
  const { node } = file.graph;
  const shaping = new Set(node.flatMap(({ opType, input }) => (SHAPING.has(opType) ? input : [])));
  // Bodies may read anything of the graph around them.
  const hasBodies = node.some(({ attribute }) =>
    attribute.some(({ g, graphs }) => g.length + graphs.length > 0),
  );
  const read = hasBodies ? null : new Set(node.flatMap(({ input }) => input));
  for (const field of fieldsOf(file.bytes)) {
    if (field.number === MODEL.graph) addGraph(hash, field, shaping, read);
    else if (
      field.number === MODEL.irVersion ||
      field.number === MODEL.opset ||
      field.number === MODEL.functions
    )
      add(hash, field);
  }
  return hash.digest('hex');
}

/** `read`: what nodes read; integers that none does, such as a norm's count of batches, shape nothing. null: not known. */
function addGraph(
  hash: Hash,
  graph: WireField,
  shaping: ReadonlySet<string>,
  read: ReadonlySet<string> | null,
): void {
  for (const field of fieldsOf(graph.content ?? NOTHING)) {
    switch (field.number) {
      case GRAPH.node:
        addNode(hash, field);
        break;
      case GRAPH.initializer: {
        const header = decodeTensorHeader(field.content ?? NOTHING);
        const isRead = read?.has(header.name) !== false;
        const byValue = (isRead && SHAPE_TYPES.has(header.dataType)) || shaping.has(header.name);
        addTensor(hash, header, byValue ? field.content : null);
        break;
      }
      case GRAPH.input:
      case GRAPH.output:
      case GRAPH.valueInfo:
      case GRAPH.sparse:
        add(hash, field);
        break;
      default:
    }
  }
}

function addNode(hash: Hash, node: WireField): void {
  const fields = [...fieldsOf(node.content ?? NOTHING)];
  const isConstant = fields.some(
    ({ number, content }) =>
      number === NODE.opType && Buffer.from(content ?? NOTHING).toString() === 'Constant',
  );
  hash.update('node');
  for (const field of fields) {
    if (field.number === NODE.docString || field.number === NODE.metadata) continue;
    const weights = isConstant && field.number === NODE.attribute ? weightsOf(field) : null;
    if (weights === null) add(hash, field);
    else addTensor(hash, weights, null);
  }
}

/** The header of a constant that is too large for a setting, or null. */
function weightsOf(attribute: WireField): OnnxTensor | null {
  for (const { number, content } of fieldsOf(attribute.content ?? NOTHING)) {
    if (number !== TENSOR_ATTRIBUTE || content === null) continue;
    const header = decodeTensorHeader(content);
    const values = header.dims.reduce((product, size) => product * size, 1);
    return values > MOST_CONSTANT_VALUES && !SHAPE_TYPES.has(header.dataType) ? header : null;
  }
  return null;
}

function addTensor(hash: Hash, { name, dims, dataType }: OnnxTensor, content: Uint8Array | null): void {
  hash.update(JSON.stringify([name, dims, dataType]));
  if (content !== null) hash.update(content);
}

/** With its number and length, so that no two rows of fields read alike. */
function add(hash: Hash, { number, whole }: WireField): void {
  hash.update(`${number} ${whole.length} `).update(whole);
}
