import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { MAX_ENTRIES, type ArchiveEntry } from './archive-entry.js';
import { readRange, ScratchFile } from '../decode/scratch-file.js';

// Images hardly shrink, and what surrounds them in a tar file is a few times their size at most.
const MAX_GROWTH = 50;
const GROWTH_FREE = 2 ** 26;

interface Found {
  readonly name: string;
  readonly start: number;
  readonly bytes: number;
}

/**
 * Lists a tar file; entries are read from where they lie. A gzip file has no places to read from: it is unpacked once
 * to a nameless file, which ends with the process.
 */
export async function openTar(path: string, isGzip: boolean): Promise<ArchiveEntry[]> {
  if (!isGzip) {
    const found = await list(createReadStream(path));
    return found.map(({ name, start, bytes }) => ({
      name,
      bytes,
      read: () => readRange(path, start, bytes),
    }));
  }
  const limit = MAX_GROWTH * (await stat(path)).size + GROWTH_FREE;
  const scratch = await ScratchFile.create();
  const found = await list(unpacked(path, scratch, limit));
  return found.map(({ name, start, bytes }) => ({ name, bytes, read: () => scratch.read(start, bytes) }));
}

async function* unpacked(path: string, scratch: ScratchFile, limit: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const source = pipeline(createReadStream(path), gunzip);
  // Where reading fails, so does the loop below, with the same error.
  source.catch(() => undefined);
  for await (const piece of gunzip as AsyncIterable<Buffer>) {
    await scratch.append(piece);
    if (scratch.bytes > limit) {
      throw new Error(`it unpacks to more than ${MAX_GROWTH} times its size; images do not`);
    }
    yield piece;
  }
  await source;
}

async function list(source: AsyncIterable<Buffer>): Promise<Found[]> {
  const found: Found[] = [];
  const parser = extract();
  parser.on('entry', (header, stream, next) => {
    const { name, type, size, byteOffset } = header as Header & { byteOffset: number };
    if (found.length >= MAX_ENTRIES) {
      parser.destroy(new Error(`it holds more than ${MAX_ENTRIES} entries`));
      return;
    }
    // What is cut off in the middle of an entry ends the parser, below; the entry's own stream says it first.
    stream.on('error', () => undefined);
    if (!Number.isSafeInteger(size) || size < 0 || !Number.isSafeInteger(byteOffset)) {
      parser.destroy(new Error(`the entry '${name}' states a size of ${size} bytes`));
      return;
    }
    // Links lead elsewhere, and folders hold nothing of their own.
    if (type === 'file' || type === 'contiguous-file') {
      found.push({ name: name.replace(/^(\.\/)+/, ''), start: byteOffset, bytes: size });
    }
    stream.on('end', next);
    stream.resume();
  });
  await pipeline(source, parser);
  return found;
}
