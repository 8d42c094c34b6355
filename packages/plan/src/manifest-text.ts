import { ManifestError, ManifestVersionError } from './errors.js';
import { describe, firstIssue } from './issue-text.js';
import { manifestSchema } from './manifest-schema.js';
import { manifestFormat, type Manifest } from './manifest.js';

const VERSIONS = /^unitscope\.manifest\/\d+$/;

const REMEDY =
  'it is damaged or was not written by unitscope: run the sweep again with --replace, or remove its folder';

/** The text of `manifest.json`. */
export function encodeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, writeNumber, 1)}\n`;
}

/**
 * Reads `manifest.json`, which others may have written. Throws ManifestError where a key is not what it has to be,
 * ManifestVersionError where another version of this program has written it.
 */
export function decodeManifest(text: string, name: string): Manifest {
  let value: unknown;
  try {
    // A reviver takes longer than all the rest: most manifests hold no such number.
    value = SPELLED_NUMBER.test(text) ? JSON.parse(text, readNumber) : JSON.parse(text);
  } catch (cause) {
    throw new ManifestError(`${name}: not JSON: ${(cause as Error).message}; ${REMEDY}`, { cause });
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (format !== manifestFormat) {
    const message = `${name}: expected the format ${manifestFormat}, found ${describe(format)}`;
    if (typeof format === 'string' && VERSIONS.test(format)) {
      throw new ManifestVersionError(
        `${message}; it was written by another version of unitscope: use that one`,
      );
    }
    throw new ManifestError(`${message}; ${REMEDY}`);
  }
  const { error } = manifestSchema.safeParse(value);
  if (error === undefined) return value as Manifest;
  throw new ManifestError(`${name}: ${firstIssue(error, value)}; ${REMEDY}`);
}

// JSON has no NaN and no infinities; a log of a training that diverged has.
const SPELLED_NUMBER = /"number"\s*:/;
const NUMBERS = ['NaN', 'Infinity', '-Infinity'];

function writeNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function readNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return value;
  const { number } = value as { number?: unknown };
  return typeof number === 'string' && NUMBERS.includes(number) ? Number(number) : value;
}
