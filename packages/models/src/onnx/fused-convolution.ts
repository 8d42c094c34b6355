import { fieldsOf } from '../files/wire-fields.js';
import { encodeNode, encodeNumber, readNode } from './encode-node.js';
import { ATTRIBUTE, NODE, textField, textsOf } from './wire-texts.js';

/**
 * What onnxruntime's optimiser made one FusedConv of: the convolution, the sum with its fourth input, the activation. Null
 * for any other node, and for an activation that is not known. onnxruntime fuses them again where nothing is looked at.
 */
export function unfusedConvolution(node: Uint8Array, opset: number): Uint8Array[] | null {
  if (textsOf(node, NODE.opType).at(-1) !== 'FusedConv') return null;
  const fused = readNode(node);
  if (fused.domain !== 'com.microsoft') return null;
  const [output = ''] = fused.output;
  const [sum = ''] = fused.input.slice(3);
  const activation = activationOf(fused, opset);
  if (activation === null) return null;
  const linear = activation.length === 0 ? output : `${output}/linear`;
  const bare = sum === '' ? linear : `${output}/convolution`;
  const convolution = Buffer.concat([
    ...[...fieldsOf(node)].flatMap(({ number, whole, content }) => {
      const isReplaced = [NODE.input, NODE.output, NODE.opType, NODE.domain].some((one) => one === number);
      const key =
        number === NODE.attribute && content !== null ? textsOf(content, ATTRIBUTE.name).at(-1) : '';
      return isReplaced || key === 'activation' || key === 'activation_params' ? [] : [whole];
    }),
    ...fused.input.slice(0, 3).flatMap((name) => textField(NODE.input, name)),
    ...textField(NODE.output, bare),
    ...textField(NODE.opType, 'Conv'),
  ]);
  const name = fused.name === '' ? output : fused.name;
  const added =
    sum === ''
      ? []
      : [encodeNode({ opType: 'Add', name: `${name}/sum`, input: [bare, sum], output: linear })];
  return [convolution, ...added, ...activation.map((make) => make(`${name}/activation`, linear, output))];
}

type Make = (name: string, input: string, output: string) => Uint8Array;

/** The nodes of its activation, none where it has none; null where it is one of another kind. */
function activationOf({ attribute }: ReturnType<typeof readNode>, opset: number): Make[] | null {
  const text = attribute.find(({ name }) => name === 'activation')?.s ?? new Uint8Array();
  const [first = 0, second = 0] = attribute.find(({ name }) => name === 'activation_params')?.floats ?? [];
  const opType = Buffer.from(text).toString();
  const with_ =
    (floats: Readonly<Record<string, number>>): Make =>
    (name, input, output) =>
      encodeNode({ opType, name, input: [input], output, floats });
  switch (opType) {
    case '':
      return [];
    case 'Relu':
    case 'Sigmoid':
    case 'Tanh':
      return [with_({})];
    case 'LeakyRelu':
      return [with_({ alpha: first })];
    case 'HardSigmoid':
      return [with_({ alpha: first, beta: second })];
    case 'Clip':
      if (opset < 11) return [with_({ min: first, max: second })];
      return [
        (_, __, output) => encodeNumber(first, `${output}/min`),
        (_, __, output) => encodeNumber(second, `${output}/max`),
        (name, input, output) =>
          encodeNode({ opType, name, input: [input, `${output}/min`, `${output}/max`], output }),
      ];
    default:
      return null;
  }
}
