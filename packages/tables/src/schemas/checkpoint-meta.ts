import { SchemaMetadataError } from '../errors.js';

const META_KEY = 'unitscope.meta';

/** Scalars that a file says of its checkpoint. */
export type CheckpointMeta = Readonly<Record<string, string | number | boolean>>;

/** `unitscope.meta` of a file's schema, {} where it has none. Throws SchemaMetadataError. */
export function checkpointMeta(name: string, metadata: ReadonlyMap<string, string>): CheckpointMeta {
  const text = metadata.get(META_KEY) ?? '{}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value as Record<string, unknown>) : [];
  const other = entries.find(([, one]) => !['string', 'number', 'boolean'].includes(typeof one));
  if (isObject && other === undefined) return value as CheckpointMeta;
  const found = other === undefined ? JSON.stringify(text.slice(0, 80)) : JSON.stringify(other).slice(0, 80);
  throw new SchemaMetadataError(
    `${name}: expected the schema metadata ${META_KEY} = a JSON object of texts, numbers and booleans, found ${found}`,
  );
}
