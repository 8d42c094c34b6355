import { imageLibraryId } from '@unitscope/datasets';
import { writerId } from './refuse-other.js';

/** Key of an object's metadata that says which program wrote it. */
export const WRITER_KEY = 'unitscope.writer';

/** Of a program, all that its numbers depend on, as far as it is known. */
export interface WriterFacts {
  readonly semantics?: string | undefined;
  /** The beginning of its digest. */
  readonly kernel?: string | undefined;
  readonly images?: string | undefined;
  readonly backend?: string | undefined;
}

/** What an object says of the program that wrote it, and of the backend that made its maps: none where they were stored. */
export async function objectWriter(backend?: string): Promise<string> {
  return backend === undefined
    ? writerId()
    : `${writerId()}, images ${await imageLibraryId()}, backend ${backend}`;
}

/** The facts that a text of objectWriter tells. */
export function writerFacts(text: string): WriterFacts {
  const fact = (name: string): string | undefined =>
    text
      .split(', ')
      .find((part) => part.startsWith(`${name} `))
      ?.slice(name.length + 1);
  return {
    semantics: fact('semantics'),
    kernel: fact('kernel'),
    images: fact('images'),
    backend: fact('backend'),
  };
}
