import { stat } from 'node:fs/promises';
import { MissingImagesError } from '../errors.js';

/** Throws MissingImagesError where a path leads to a pipe, a device or a socket, which would be waited for. */
export async function refuseStrangeFile(path: string): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (info === null || info.isFile() || info.isDirectory()) return;
  throw new MissingImagesError(`${path}: expected a file, found a pipe, a device or a socket`);
}
