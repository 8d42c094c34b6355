import { fieldsOf, wireField, type WireField } from './wire-fields.js';

type Message = 'model' | 'training' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'tensor';

/** Where onnx.proto's messages hold tensors, by the numbers of their fields. */
const FIELDS: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};

/** Fields that a message has once: written in several parts, the parts are one message. */
const ONCE: Readonly<Partial<Record<Message, readonly number[]>>> = {
  model: [7],
  training: [1, 2],
  attribute: [5, 6, 22],
  sparse: [1, 2],
};

/** What protobuf itself allows. */
const DEEPEST = 100;

/** `isInitializer`: of the model's own graph. */
export type OnTensor = (tensor: Uint8Array, isInitializer: boolean) => Uint8Array | null;

/**
 * The bytes of a model with each of its tensors replaced by what `onTensor` gives for it; null leaves it as it is. All
 * are met, always in the same order: initializers, attributes, sparse tensors, those of sub-graphs, functions and
 * training information. Throws RangeError where the bytes are no model.
 */
export function withTensors(model: Uint8Array, onTensor: OnTensor): Uint8Array {
  return rewritten(model, 'model', ['model'], onTensor);
}

function rewritten(bytes: Uint8Array, kind: Message, path: readonly Message[], on: OnTensor): Uint8Array {
  if (kind === 'tensor') return on(bytes, path.join('/') === 'model/graph/tensor') ?? bytes;
  if (path.length > DEEPEST) throw new RangeError(`graphs more than ${DEEPEST} messages deep`);
  const inner = FIELDS[kind];
  let changed = false;
  const pieces: Uint8Array[] = [];
  for (const { number, whole, content } of joined(bytes, ONCE[kind] ?? [])) {
    const type = inner[number];
    if (type === undefined || content === null) {
      pieces.push(whole);
      continue;
    }
    const made = rewritten(content, type, [...path, type], on);
    if (made === content) pieces.push(whole);
    else pieces.push(...wireField(number, made));
    changed ||= made !== content;
  }
  return changed ? Buffer.concat(pieces) : bytes;
}

/** The fields of a message, those that it has once with all their parts together. */
function joined(bytes: Uint8Array, once: readonly number[]): WireField[] {
  const fields: WireField[] = [];
  const parts = new Map<number, { at: number; contents: Uint8Array[] }>();
  for (const field of fieldsOf(bytes)) {
    const known = parts.get(field.number);
    if (field.content !== null && known !== undefined) {
      known.contents.push(field.content);
      continue;
    }
    if (field.content !== null && once.includes(field.number))
      parts.set(field.number, { at: fields.length, contents: [field.content] });
    fields.push(field);
  }
  for (const [number, { at, contents }] of parts) {
    if (contents.length === 1) continue;
    const content = Buffer.concat(contents);
    fields[at] = { number, content, whole: Buffer.concat(wireField(number, content)) };
  }
  return fields;
}
