import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { nearest } from '@unitscope/base';
import { ClassIndexError } from './errors.js';

/** Which output of the network stands for each category. */
export interface ClassIndices {
  readonly indices: ReadonlyMap<string, number>;
  /** Where that comes from, for people. */
  readonly source: string;
}

/** The classes of a network: their names in the order of its outputs, or indices by name. */
export type ClassNames = readonly string[] | Readonly<Record<string, number>>;

/**
 * Reads which output is which class: JSON (an array of names, or an object of indices by name), or a text file with the
 * name of one class a line, the first line being output 0. Throws ClassIndexError.
 */
export async function readClassNames(path: string): Promise<ClassNames> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ClassIndexError(`${path} cannot be read`, { cause });
  });
  if (extname(path).toLowerCase() !== '.json') return text.replace(/\r?\n$/, '').split(/\r?\n/);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ClassIndexError(`${path}: not JSON: ${(cause as Error).message}`, { cause });
  }
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  const isIndex = (index: unknown): boolean => Number.isSafeInteger(index) && (index as number) >= 0;
  if (value !== null && typeof value === 'object' && Object.values(value).every(isIndex)) {
    return value as Record<string, number>;
  }
  throw new ClassIndexError(
    `${path}: expected an array of class names, or an object of indices by name ({"cat": 281, …})`,
  );
}

export interface Categories {
  /** Those that are evaluated. */
  readonly wanted: readonly string[];
  /** All that the images have, in their order. */
  readonly all: readonly string[];
  /** The names of the labels 0, 1, … of the images, where the spec gives them. */
  readonly classNames?: readonly string[] | undefined;
}

/**
 * Finds each category's output: by the given names; else by the spec's `classNames`; else by number where every
 * category is one; else by its place where the images have as many categories as the network outputs. Throws
 * ClassIndexError.
 */
export function classIndices(
  { wanted, all, classNames }: Categories,
  outputs: number,
  given: ClassNames | undefined,
): ClassIndices {
  const names = given ?? classNames;
  if (names !== undefined) {
    const source = given === undefined ? "the spec's classNames" : 'the class names that were given';
    return { source, indices: byName(wanted, names, outputs) };
  }
  if (all.every((label) => /^\d+$/.test(label) && Number(label) < outputs)) {
    return {
      source: 'the categories’ own numbers',
      indices: new Map(wanted.map((label) => [label, Number(label)])),
    };
  }
  if (all.length === outputs) {
    const place = new Map(all.map((label, i) => [label, i]));
    return {
      source: 'the order of the categories',
      indices: new Map(wanted.map((label) => [label, place.get(label) ?? 0])),
    };
  }
  throw new ClassIndexError(
    `which of the network's ${outputs} outputs stands for which category is not known: the images have ` +
      `${all.length} (${all.slice(0, 5).join(', ')}${all.length > 5 ? ', …' : ''}); ` +
      'give the names of the classes in the order of the outputs, or an output for each category (--classes FILE)',
  );
}

function byName(wanted: readonly string[], names: ClassNames, outputs: number): Map<string, number> {
  const indexOf = new Map<string, number>();
  if (Array.isArray(names)) {
    // ImageNet's lists have the synset first: `n02123045 tabby, tabby cat`.
    names.forEach((name: string, i) => {
      const [word = ''] = name.split(/[\s,]/);
      if (!indexOf.has(word)) indexOf.set(word, i);
    });
    names.forEach((name: string, i) => indexOf.set(name.trim(), i));
  } else {
    for (const [name, index] of Object.entries(names as Record<string, number>)) indexOf.set(name, index);
  }
  return new Map(
    wanted.map((label) => {
      const index = indexOf.get(label);
      if (index === undefined) {
        const near = nearest(label, [...indexOf.keys()]);
        throw new ClassIndexError(
          `no class is called "${label}"${near === null ? '' : `; did you mean "${near}"?`}`,
        );
      }
      if (index >= outputs) {
        throw new ClassIndexError(
          `category "${label}": expected an output from 0 to ${outputs - 1}, found ${index}`,
        );
      }
      return [label, index] as const;
    }),
  );
}
