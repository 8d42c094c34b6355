import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SpecError, type Spec } from '@unitscope/plan';

export interface SpecFile {
  readonly spec: Spec;
  readonly text: string;
  /** What the spec's paths are relative to. */
  readonly folder: string;
}

/** Reads a sweep spec from a file. Throws SpecError. */
export async function readSpecFile(path: string): Promise<SpecFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'no such file (`unitscope init` writes one)',
      EISDIR: 'expected a sweep spec, found a folder',
      EACCES: 'no permission to read it',
    };
    throw new SpecError(`${path}: ${reasons[code ?? ''] ?? (cause as Error).message}`, { cause });
  }
  const { parseSpec } = await import('@unitscope/plan');
  return { spec: parseSpec(text, path), text, folder: dirname(resolve(path)) };
}

/** The store a sweep uses: the option, else the spec's (relative to it), else ./.unitscope here. */
export function storeAddress(option: string | undefined, file?: SpecFile): string {
  if (option !== undefined) return option;
  const written = file?.spec.store;
  if (written === undefined || file === undefined) return resolve('.unitscope');
  return /^[a-z0-9]+:\/\//i.test(written) && !written.startsWith('file://.')
    ? written
    : resolve(file.folder, written.replace(/^file:\/\//, ''));
}
