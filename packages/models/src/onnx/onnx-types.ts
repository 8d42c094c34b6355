/** Names of TensorProto.DataType as onnxruntime and NumPy have them. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

/** TensorProto.DataType of a name. Throws RangeError for one that is not known. */
export function elemTypeOf(name: string): number {
  const found = Object.entries(NAMES).find(([, known]) => known === name);
  if (found === undefined) throw new RangeError(`no tensor type is called ${name}`);
  return Number(found[0]);
}

export function typeName(elemType: number): string {
  return NAMES[elemType] ?? `type ${elemType}`;
}
