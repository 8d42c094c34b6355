import { close, open as openFile, read as readFile, write as writeFile } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const open = promisify(openFile);
const read = promisify(readFile);
const write = promisify(writeFile);

/** The bytes [start, start + length) of a file. Throws where it ends before. */
export async function readRange(path: string, start: number, length: number): Promise<Uint8Array> {
  const descriptor = await open(path, 'r');
  try {
    return await readFrom(descriptor, start, length);
  } finally {
    await promisify(close)(descriptor);
  }
}

/** Bytes that are too many for the memory, in a file that has no name: it is gone when the process ends, however it ends. */
export class ScratchFile {
  bytes = 0;

  private constructor(private readonly descriptor: number) {}

  static async create(): Promise<ScratchFile> {
    const folder = await mkdtemp(join(tmpdir(), 'unitscope-'));
    try {
      return new ScratchFile(await open(join(folder, 'scratch'), 'wx+', 0o600));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Appends, one call at a time; gives where the bytes begin. */
  async append(bytes: Uint8Array): Promise<number> {
    const start = this.bytes;
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await write(this.descriptor, bytes, at, bytes.length - at, start + at);
      at += bytesWritten;
    }
    this.bytes += bytes.length;
    return start;
  }

  async read(start: number, length: number): Promise<Uint8Array> {
    return await readFrom(this.descriptor, start, length);
  }
}

async function readFrom(descriptor: number, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await read(descriptor, bytes, at, length - at, start + at);
    if (bytesRead === 0) throw new Error(`it ends after ${start + at} bytes`);
    at += bytesRead;
  }
  return bytes;
}
