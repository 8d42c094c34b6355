import { fieldsOf, wireField } from '../files/wire-fields.js';
import { ATTRIBUTE, GRAPH, NODE, textField, textOf, textsOf, withGraphs, withTexts } from './wire-texts.js';

// Fields of TensorProto and SparseTensorProto.
const TENSOR_NAME = 8;
const SPARSE_VALUES = 1;

/**
 * How a function's nodes read where it is called: its inputs and outputs are tensors of the caller, its attributes those of
 * the call, and all else has names of its own.
 */
export class Renaming {
  private readonly attributes: ReadonlyMap<string, Uint8Array>;

  constructor(
    private readonly prefix: string,
    private readonly names: ReadonlyMap<string, string>,
    /** Of the call; the last of a name counts. */
    attributes: readonly Uint8Array[],
  ) {
    this.attributes = new Map(
      attributes.map((bytes) => [textsOf(bytes, ATTRIBUTE.name).at(-1) ?? '', bytes]),
    );
  }

  node(node: Uint8Array): Uint8Array {
    const given = Buffer.concat(
      [...fieldsOf(node)].flatMap(({ number, whole, content }) => {
        if (number === NODE.attribute && content !== null) return this.attribute(content);
        if (number === NODE.input || number === NODE.output)
          return textField(number, this.tensor(textOf(content)));
        const name = number === NODE.name ? textOf(content) : '';
        return name === '' ? [whole] : textField(number, `${this.prefix}/${name}`);
      }),
    );
    return withGraphs(given, (graph) => this.graph(graph));
  }

  private tensor(name: string): string {
    if (name === '') return '';
    return this.names.get(name) ?? `${this.prefix}/${name}`;
  }

  /** An attribute that refers to one of the call is that one under its own name; without one it is left out. */
  private attribute(content: Uint8Array): Uint8Array[] {
    const reference = textsOf(content, ATTRIBUTE.reference).at(-1) ?? '';
    if (reference === '') return wireField(NODE.attribute, content);
    const given = this.attributes.get(reference);
    if (given === undefined) return [];
    const name = textsOf(content, ATTRIBUTE.name).at(-1) ?? '';
    return wireField(NODE.attribute, withTexts(given, { [ATTRIBUTE.name]: () => name }));
  }

  private graph(graph: Uint8Array): Uint8Array {
    const named = (message: Uint8Array, field: number): Uint8Array =>
      withTexts(message, { [field]: (name) => this.tensor(name) });
    return Buffer.concat(
      [...fieldsOf(graph)].flatMap(({ number, whole, content }) => {
        if (content === null) return [whole];
        switch (number) {
          case GRAPH.node:
            return wireField(number, this.node(content));
          case GRAPH.initializer:
            return wireField(number, named(content, TENSOR_NAME));
          case GRAPH.input:
          case GRAPH.output:
          case GRAPH.value:
            return wireField(number, named(content, 1));
          case GRAPH.sparse:
            return wireField(number, this.sparse(content));
          default:
            return [whole];
        }
      }),
    );
  }

  private sparse(tensor: Uint8Array): Uint8Array {
    return Buffer.concat(
      [...fieldsOf(tensor)].flatMap(({ number, whole, content }) =>
        number === SPARSE_VALUES && content !== null
          ? wireField(number, withTexts(content, { [TENSOR_NAME]: (name) => this.tensor(name) }))
          : [whole],
      ),
    );
  }
}
