import type * as z from 'zod';

/** `source.layerSets[0].batchSize`: a place in a value, as people write it. */
export function keyPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${plainKey(String(key))}`))
    .join('');
}

/** Keys come from files of others: one that is no plain word is shown as JSON. */
function plainKey(key: string): string {
  return /[\p{Cc}\p{Cf}]/u.test(key) ? JSON.stringify(key) : key;
}

/** A value in at most 60 characters. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  let json: string;
  try {
    json = JSON.stringify(value);
  } catch {
    return 'a value that holds itself';
  }
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}

/** What a schema expected, without what it found and zod's own preambles. */
export function expectation(message: string): string {
  return message
    .replace(/^(Invalid input: |Invalid option: |Invalid string: )/, '')
    .replace(/^Too (small|big): /, '')
    .replace(/, received .*$/, '');
}

/** The value at a place. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** The first of a schema's complaints about a value: `checkpoints[0].digest: expected …, found "../x"`. */
export function firstIssue({ issues }: z.ZodError, root: unknown): string {
  const [issue] = issues;
  if (issue === undefined) return 'not what was expected';
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const place = keyPath([...path, key]);
    return `${place}: a key that this version does not know`;
  }
  const place = path.length === 0 ? '' : `${keyPath(path)}: `;
  return `${place}${expectation(issue.message)}, found ${describe(valueAt(root, path))}`;
}
