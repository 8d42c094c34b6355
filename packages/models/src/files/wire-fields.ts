import protobuf from 'protobufjs';

export interface WireField {
  readonly number: number;
  /** With its tag. */
  readonly whole: Uint8Array;
  /** Of a field that has a length; null of any other. */
  readonly content: Uint8Array | null;
}

const LENGTH_DELIMITED = 2;

/** The fields of a protobuf message, as they stand in its bytes. Throws RangeError where they are cut off. */
export function* fieldsOf(bytes: Uint8Array): Generator<WireField> {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    let content: number | null = null;
    if ((tag & 7) === LENGTH_DELIMITED) {
      const length = reader.uint32();
      content = reader.pos;
      reader.skip(length);
    } else reader.skipType(tag & 7);
    yield {
      number: tag >>> 3,
      whole: bytes.subarray(start, reader.pos),
      content: content === null ? null : bytes.subarray(content, reader.pos),
    };
  }
}

/** A field with a length: its tag, its length, its content. */
export function wireField(number: number, content: Uint8Array): Uint8Array[] {
  const head = protobuf.Writer.create()
    .uint32((number << 3) | LENGTH_DELIMITED)
    .uint32(content.length)
    .finish();
  return [head, content];
}
