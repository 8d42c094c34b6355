import protobuf from 'protobufjs';
import { fieldsOf, wireField } from '../files/wire-fields.js';

// Numbers of fields of onnx.proto.
export const MODEL = { graph: 7, opset: 8, function: 25 } as const;
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, value: 13, sparse: 15 } as const;
export const NODE = {
  input: 1,
  output: 2,
  name: 3,
  opType: 4,
  attribute: 5,
  domain: 7,
  overload: 8,
} as const;
export const ATTRIBUTE = { name: 1, graph: 6, graphs: 11, reference: 21 } as const;
export const FUNCTION = {
  name: 1,
  input: 4,
  output: 5,
  node: 7,
  opset: 9,
  domain: 10,
  defaults: 11,
  overload: 13,
} as const;

const decoder = new TextDecoder();

export function textOf(content: Uint8Array | null): string {
  return content === null ? '' : decoder.decode(content);
}

export function textField(number: number, text: string): Uint8Array[] {
  return wireField(number, Buffer.from(text));
}

/** The contents of a message's fields of one number. */
export function contentsOf(message: Uint8Array, number: number): Uint8Array[] {
  return [...fieldsOf(message)].flatMap((field) =>
    field.number === number && field.content !== null ? [field.content] : [],
  );
}

export function textsOf(message: Uint8Array, number: number): string[] {
  return contentsOf(message, number).map(textOf);
}

/** A message with other values in some of its fields that are texts; the others are copied. */
export function withTexts(
  message: Uint8Array,
  change: Readonly<Record<number, (text: string) => string>>,
): Uint8Array {
  return Buffer.concat(
    [...fieldsOf(message)].flatMap(({ number, whole, content }) => {
      const changed = change[number];
      return changed === undefined ? [whole] : textField(number, changed(textOf(content)));
    }),
  );
}

/** An opset import: the domain, and the version. */
export function opsetOf(message: Uint8Array): { domain: string; version: number } {
  const reader = protobuf.Reader.create(message);
  let [domain, version] = ['', 0];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) domain = reader.string();
    else if (tag >>> 3 === 2) version = Number(reader.int64());
    else reader.skipType(tag & 7);
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version };
}

/** A node with the graphs inside it (of If, Loop, Scan) changed; the same bytes where none is. */
export function withGraphs(node: Uint8Array, change: (graph: Uint8Array) => Uint8Array): Uint8Array {
  const changed = new Map<Uint8Array, Uint8Array>();
  const attributes = contentsOf(node, NODE.attribute);
  for (const attribute of attributes) {
    for (const field of [ATTRIBUTE.graph, ATTRIBUTE.graphs]) {
      for (const graph of contentsOf(attribute, field)) {
        const made = change(graph);
        if (made !== graph) changed.set(graph, made);
      }
    }
  }
  if (changed.size === 0) return node;
  const made = new Map([...changed].map(([graph, bytes]) => [graph.byteOffset, bytes]));
  return Buffer.concat(
    [...fieldsOf(node)].flatMap(({ number, whole, content }) => {
      if (number !== NODE.attribute || content === null) return [whole];
      const attribute = [...fieldsOf(content)].flatMap((field) => {
        const bytes = field.content === null ? undefined : made.get(field.content.byteOffset);
        return bytes === undefined ? [field.whole] : wireField(field.number, bytes);
      });
      return wireField(NODE.attribute, Buffer.concat(attribute));
    }),
  );
}
