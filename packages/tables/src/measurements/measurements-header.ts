import type { ArrowFile } from '../ipc/arrow-file.js';
import { ColumnMissingError, SchemaMetadataError } from '../errors.js';
import { checkpointMeta, type CheckpointMeta } from '../schemas/checkpoint-meta.js';
import { SCHEMA_KEY } from '../schemas/schema-key.js';

const MEASUREMENTS_SCHEMA = 'measurements/1';
const DIGEST = /^[0-9a-f]{64}$/;
const WHOLE = /^[1-9]\d{0,8}$/;

/** What the schema of a measurements/1 file says. */
export interface MeasurementsHeader {
  readonly checkpoint: string | null;
  readonly density: number;
  readonly semantics: number;
  /** Digest of what the kernel makes of fixed maps. */
  readonly kernel: string;
  /** Scalars that are known of the checkpoint. */
  readonly meta: CheckpointMeta;
  /** Which images of the checkpoint these are, where other files hold others; null: all. */
  readonly part: string | null;
}

/** Throws SchemaMetadataError, ColumnMissingError. */
export function readMeasurementsHeader({ metadata, source, fields }: ArrowFile): MeasurementsHeader {
  const { name } = source;
  const text = (key: string, expected: string, pattern: RegExp): string => {
    const found = metadata.get(key);
    if (found !== undefined && pattern.test(found)) return found;
    const what = found === undefined ? 'none' : JSON.stringify(found.slice(0, 80));
    throw new SchemaMetadataError(
      `${name}: expected the schema metadata ${key} = ${expected}, found ${what}`,
    );
  };
  text(SCHEMA_KEY, MEASUREMENTS_SCHEMA, /^measurements\/1$/);
  const histogram = fields.find((field) => field.name === 'birth_histogram');
  const names = histogram?.children[0]?.children.map((child) => child.name).join(', ');
  if (histogram !== undefined && names !== 'birth_rank, images') {
    throw new ColumnMissingError(
      `${name}: column 'birth_histogram': expected a list of (birth_rank, images), found one of (${names ?? ''})`,
    );
  }
  const density = Number(text('unitscope.density', 'a number above 0 and at most 1', /^[\d.eE+-]{1,40}$/));
  if (!(density > 0 && density <= 1)) {
    throw new SchemaMetadataError(
      `${name}: expected the schema metadata unitscope.density = a number above 0 and at most 1, found ${density}`,
    );
  }
  return {
    checkpoint: metadata.get('unitscope.checkpoint') ?? null,
    density,
    semantics: Number(text('unitscope.semantics_version', 'a whole number', WHOLE)),
    kernel: text('unitscope.kernel', 'a SHA-256 of 64 lowercase hex digits', DIGEST),
    meta: checkpointMeta(name, metadata),
    part: metadata.get('unitscope.part') ?? null,
  };
}
