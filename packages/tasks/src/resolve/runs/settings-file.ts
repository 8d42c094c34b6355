import { readFile, stat } from 'node:fs/promises';
import type { MetaValue } from '@unitscope/plan';
import { parseDocument } from 'yaml';

/** Settings are small; what is larger is none. */
const MOST_BYTES = 4 << 20;
const MOST_SETTINGS = 200;

export type Settings = Readonly<Record<string, MetaValue>>;

/**
 * The settings in a YAML or JSON file of a trainer, nested ones with dots (`optimizer.lr`). Lists, and objects of Python,
 * are no metadata. Empty where there is no such file; throws Error where it cannot be read.
 */
export async function settingsIn(path: string): Promise<Settings> {
  const info = await stat(path).catch(() => null);
  if (info === null) return {};
  if (!info.isFile() || info.size > MOST_BYTES)
    throw new Error(`expected settings of at most ${MOST_BYTES} bytes`);
  const document = parseDocument(await readFile(path, 'utf8'), { logLevel: 'silent', uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n', 1)[0]);
  return flat(document.toJS({ maxAliasCount: 100 }));
}

/** The scalars of nested objects, by their place. */
export function flat(value: unknown): Settings {
  const found: [string, MetaValue][] = [];
  const look = (name: string, inner: unknown): void => {
    if (found.length >= MOST_SETTINGS) return;
    if (typeof inner === 'number' || typeof inner === 'string' || typeof inner === 'boolean') {
      if (name !== '') found.push([name, inner]);
    } else if (inner !== null && typeof inner === 'object' && !Array.isArray(inner)) {
      for (const [key, next] of Object.entries(inner)) look(name === '' ? key : `${name}.${key}`, next);
    }
  };
  look('', value);
  return Object.fromEntries(found);
}
