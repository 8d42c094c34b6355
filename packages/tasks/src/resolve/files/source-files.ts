import { relative } from 'node:path';
import { naturalOrder, eachLimited } from '@unitscope/base';
import { type ManifestSourceFile } from '@unitscope/plan';
import { FileSource, type ByteSource } from '@unitscope/tables';
import { NothingFoundError } from '../../errors.js';
import { lookAtFile } from '../looks/look-at-files.js';
import type { Looks } from '../looks/looks.js';
import { findPaths } from '../patterns/find-paths.js';
import { findRemote, isRemote, RemoteObjects } from '../../inputs/remote-objects.js';

const OBJECTS_AT_ONCE = 8;

/** A file made elsewhere, with what was read of it. */
export interface FoundFile<T> {
  readonly file: ManifestSourceFile;
  readonly read: T;
}

/**
 * Reads the files that patterns of the spec's `key` match, on this machine and on S3, in the order of their names. Throws
 * NothingFoundError, and what `read` throws.
 */
export async function sourceFiles<T>(
  key: string,
  patterns: readonly string[],
  folder: string,
  read: (source: ByteSource) => Promise<T>,
  looks: Looks,
): Promise<FoundFile<T>[]> {
  const found: FoundFile<T>[] = [];
  const local = patterns.filter((pattern) => !isRemote(pattern));
  for (const path of await findFiles(key, local, folder)) {
    const source = await FileSource.open(path);
    try {
      const one = await read(source);
      const { sha256, bytes } = await lookAtFile(looks, path);
      found.push({ file: { location: path, identity: { sha256 }, bytes }, read: one });
    } finally {
      await source.close();
    }
  }
  return [...found, ...(await remoteFiles(patterns.filter(isRemote), read))];
}

async function findFiles(key: string, patterns: readonly string[], folder: string): Promise<string[]> {
  const paths = new Set<string>();
  for (const pattern of patterns) {
    const matches = await findPaths(pattern, folder);
    if (matches.length === 0) {
      throw new NothingFoundError(`source.${key}: ${pattern} matches nothing (relative to ${folder})`);
    }
    for (const path of matches.sort(naturalOrder)) paths.add(path);
  }
  return [...paths].sort((a, b) => naturalOrder(relative(folder, a), relative(folder, b)));
}

/** Objects written by any program: their SHA-256 where the store knows it, else what it says of this version. */
async function remoteFiles<T>(
  patterns: readonly string[],
  read: (source: ByteSource) => Promise<T>,
): Promise<FoundFile<T>[]> {
  const sizes = new Map<string, number>();
  for (const pattern of patterns) {
    for (const { location, size } of await findRemote(pattern, ['*.arrow'])) sizes.set(location, size);
  }
  const objects = new RemoteObjects();
  const found: FoundFile<T>[] = [];
  await eachLimited(sizes, OBJECTS_AT_ONCE, async ([location, bytes]) => {
    const reader = await objects.open(location);
    try {
      const one = await read(reader);
      const sha256 = reader.sha256 ?? (await objects.digest(location));
      const identity = sha256 === undefined ? { etag: reader.etag ?? '', bytes } : { sha256 };
      found.push({ file: { location, identity, bytes }, read: one });
    } finally {
      await reader.close();
    }
  });
  return found.sort((a, b) => naturalOrder(a.file.location, b.file.location));
}
