import { crc32 } from 'node:zlib';

/** Numbers of a file of weights to be written. */
export interface Written {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The bytes of a .safetensors file of float32 tensors. */
export function safetensorsBytes(tensors: Readonly<Record<string, Written>>): Buffer {
  const header: Record<string, unknown> = {};
  const data: Buffer[] = [];
  let at = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const bytes = Buffer.from(Float32Array.from(values).buffer);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
    data.push(bytes);
  }
  return withHeader(JSON.stringify(header), Buffer.concat(data));
}

/** A file with this text for its header. */
export function withHeader(text: string, data: Uint8Array, length = BigInt(Buffer.byteLength(text))): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length);
  return Buffer.concat([size, Buffer.from(text), data]);
}

/** A zip of entries that are stored as they are, as torch.save writes. */
export function storedZip(entries: readonly (readonly [name: string, bytes: Uint8Array])[]): Buffer {
  const [files, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, bytes] of entries) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, Buffer.from(name), bytes]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(at, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), common, central, Buffer.from(name));
    files.push(local);
    at += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, listing, end]);
}
