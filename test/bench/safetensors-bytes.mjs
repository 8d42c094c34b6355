/** The bytes of a .safetensors file of float32 tensors: name → { dims, values }. */
export function safetensorsBytes(tensors) {
  const header = {};
  const data = [];
  let at = 0;
  for (const [name, { dims, values }] of Object.entries(tensors)) {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
    data.push(bytes);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...data]);
}
