import { isMap, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type * as z from 'zod';
import { SpecError } from './errors.js';
import { describe, expectation, keyPath, valueAt } from './issue-text.js';
import { nearest } from '@unitscope/base';
import { imagesSchema } from './images-spec.js';
import { specSchema, type ModelsSource, type Spec } from './spec.js';

type Path = readonly PropertyKey[];

/**
 * Reads a sweep spec from YAML or JSON text and fills in its defaults.
 * Throws SpecError, whose message has one line a mistake: file, line, key, what was expected and found.
 */
export function parseSpec(content: string, file: string): Spec {
  return parseWith(specSchema, 'a sweep spec (keys name, source, …)', content, file);
}

/** Reads what stands under a spec's `images` from a file of its own. Throws SpecError as parseSpec does. */
export function parseImages(content: string, file: string): ModelsSource['images'] {
  return parseWith(imagesSchema, "a spec's images (keys from, path, …)", content, file);
}

function parseWith<T>(schema: z.ZodType<T>, what: string, content: string, file: string): T {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, uniqueKeys: true });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    const [reason = ''] = syntaxError.message.split(/ at line \d+, column \d+|\n/);
    throw new SpecError(`${file}:${line}:${col}: not YAML: ${reason}`);
  }
  const value = toValue(document, file);
  if (!isMap(document.contents)) {
    throw new SpecError(`${file}: expected ${what}, found ${describe(value)}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue) => explain(issue, value, schema));
  const rows = mistakes.map(({ path, message }) => {
    const { line } = lines.linePos(position(document, path));
    return `${file}:${line}: ${keyPath(path)}: ${message}`;
  });
  throw new SpecError([...new Set(rows)].join('\n'));
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new SpecError(`${file}: not a sweep spec: ${(cause as Error).message}`, { cause });
  }
}

interface Mistake {
  readonly path: Path;
  readonly message: string;
}

function explain(issue: z.core.$ZodIssue, root: unknown, schema: z.ZodType): Mistake[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const hint = near === null ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`;
      return { path: [...issue.path, key], message: `unknown key; ${hint}` };
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of a union's alternatives the one that got furthest says best what is wrong.
    const found = valueAt(root, issue.path);
    const alternative = issue.errors.find(
      (errors) =>
        (typeof found === 'object') ===
        errors.some((e) => e.path.length > 0 || e.code === 'unrecognized_keys'),
    );
    const errors = alternative ?? issue.errors[0] ?? [];
    return errors.flatMap((inner) =>
      explain({ ...inner, path: [...issue.path, ...inner.path] }, root, schema),
    );
  }
  const found = valueAt(root, issue.path);
  const clean = expectation(issue.message);
  if (found === undefined && issue.code === 'invalid_type')
    return [{ path: issue.path, message: `missing; ${clean}` }];
  if (found === undefined) return [{ path: issue.path, message: clean }];
  return [{ path: issue.path, message: `${clean}, found ${describe(found)}` }];
}

/** The keys that the schema knows at this place. */
function knownKeys(whole: z.ZodType, path: Path): string[] {
  let schema: unknown = whole;
  for (const key of path) {
    schema = typeof key === 'number' ? elementOf(schema) : shapeOf(schema)[String(key)];
  }
  return Object.keys(shapeOf(schema));
}

interface SchemaParts {
  readonly def?: {
    readonly innerType?: unknown;
    readonly element?: unknown;
    readonly options?: readonly unknown[];
    readonly shape?: Record<string, unknown>;
  };
}

function shapeOf(schema: unknown): Record<string, unknown> {
  const def = (schema as SchemaParts | undefined)?.def;
  if (def?.shape !== undefined) return def.shape;
  if (def?.innerType !== undefined) return shapeOf(def.innerType);
  return Object.assign({}, ...(def?.options ?? []).map(shapeOf)) as Record<string, unknown>;
}

function elementOf(schema: unknown): unknown {
  const def = (schema as SchemaParts | undefined)?.def;
  return def?.element ?? (def?.innerType === undefined ? undefined : elementOf(def.innerType));
}

function position(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === String(key));
      if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}
