import { ArrowDamagedError } from '../errors.js';
import { FlatBufferError } from './verify.js';

/** Runs a parser of metadata; what it finds wrong is told with the file and the place in it. */
export function guard<T>(file: string, place: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof FlatBufferError)) throw cause;
    throw new ArrowDamagedError(`${file}: damaged Arrow file: ${place}: ${cause.message}`, { cause });
  }
}
