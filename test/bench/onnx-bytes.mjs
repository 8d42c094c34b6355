// As much of onnx.proto as a chain of convolutions needs, written by hand: the benchmarks make their own networks.

const varint = (value) => {
  const bytes = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 128n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
};
const int = (tag, value) => Buffer.concat([varint(tag << 3), varint(value)]);
const bytes = (tag, value) => Buffer.concat([varint((tag << 3) | 2), varint(value.length), value]);
const text = (tag, value) => bytes(tag, Buffer.from(value));
const message = (tag, fields) => bytes(tag, Buffer.concat(fields));

const FLOAT = 1;

function attribute([name, value]) {
  const ints = Array.isArray(value);
  const fields = ints ? value.map((one) => int(8, one)) : [int(3, value)];
  return message(5, [text(1, name), ...fields, int(20, ints ? 7 : 2)]);
}

function node({ op, inputs, output, attributes = {} }) {
  return message(1, [
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, output),
    text(4, op),
    ...Object.entries(attributes).map(attribute),
  ]);
}

function initializer([name, { dims, values }]) {
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return message(5, [...dims.map((dim) => int(1, dim)), int(2, FLOAT), text(8, name), bytes(9, raw)]);
}

function value(tag, name, dims) {
  const shape = dims.map((dim) => message(1, [typeof dim === 'number' ? int(1, dim) : text(2, dim)]));
  return message(tag, [text(1, name), message(2, [message(1, [int(1, FLOAT), message(2, shape)])])]);
}

/** An ONNX model (opset 17) with one float32 input `image` of these dimensions; a name stands for an open one. */
export function onnxBytes({ input, nodes, weights, output, outputShape }) {
  const graph = message(7, [
    ...nodes.map(node),
    text(2, 'bench'),
    ...Object.entries(weights).map(initializer),
    value(11, 'image', input),
    value(12, output, outputShape),
  ]);
  return Buffer.concat([int(1, 8), graph, message(8, [text(1, ''), int(2, 17)])]);
}
