import { ImageTableError } from '../errors.js';

/** One Parquet or Arrow file of images; rows count from 0. */
export interface ImageTable {
  /** The label of each row; null where it has none. */
  readonly labels: readonly (string | number | null)[];
  /** Names of the labels 0, 1, … where the file says them. */
  readonly classNames: readonly string[] | null;
  image(row: number): Promise<Uint8Array>;
}

export interface TableColumns {
  readonly image?: string;
  readonly label?: string;
}

/** A column of a table, as far as it is of interest here. */
export interface ColumnShape {
  readonly name: string;
  /** Whether it holds bytes, or structs of bytes and path as Hugging Face writes images. */
  readonly holdsImages: boolean;
}

/** Which columns are read. Throws ImageTableError where they are not there, or several may be meant. */
export function chooseColumns(
  path: string,
  columns: readonly ColumnShape[],
  wanted: TableColumns,
): { image: string; label: string } {
  const names = columns.map(({ name }) => name).join(', ');
  const candidates = columns.filter(({ holdsImages }) => holdsImages).map(({ name }) => name);
  const [only, ...more] = candidates;
  const image =
    wanted.image ?? (candidates.includes('image') ? 'image' : more.length === 0 ? only : undefined);
  if (image === undefined || !candidates.includes(image)) {
    const asked =
      wanted.image === undefined ? 'a column of images' : `images in the column '${wanted.image}'`;
    throw new ImageTableError(
      `${path}: expected ${asked} (bytes, or structs of bytes and path); found the columns ${names}; images.columns.image names one`,
    );
  }
  const label = wanted.label ?? 'label';
  if (!columns.some(({ name }) => name === label)) {
    throw new ImageTableError(
      `${path}: expected a column '${label}' of categories; found the columns ${names}; images.columns.label names another`,
    );
  }
  return { image, label };
}

/** A label cell: text, a whole number, or null for none (Hugging Face writes -1). */
export function readLabel(path: string, row: number, value: unknown): string | number | null {
  const plain = typeof value === 'bigint' ? Number(value) : value;
  if (plain === null || plain === undefined || plain === -1) return null;
  if (typeof plain === 'string' || (typeof plain === 'number' && Number.isInteger(plain))) return plain;
  throw new ImageTableError(
    `${path}: row ${row}: expected a label that is a text or a whole number, found ${typeof plain}`,
  );
}

/** The bytes of an image cell; null where there is none, or no more than a path to one. */
export function imageBytes(value: unknown): Uint8Array | null {
  const bytes = value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null)?.bytes;
  return bytes instanceof Uint8Array ? bytes : null;
}

/** What is said of a row without the bytes of an image; it costs that image and no other. */
export function noImage(path: string, row: number): ImageTableError {
  return new ImageTableError(
    `${path}: row ${row}: expected the bytes of an image, found none; where a table has paths alone, give the folder as images.from: folder`,
  );
}

/** The class names of a Hugging Face ClassLabel, from the metadata of the table's schema. */
export function huggingFaceNames(metadata: string | undefined, label: string): readonly string[] | null {
  if (metadata === undefined) return null;
  try {
    const { info } = JSON.parse(metadata) as {
      info?: { features?: Record<string, { names?: unknown } | undefined> };
    };
    const names = info?.features?.[label]?.names;
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : null;
  } catch {
    return null;
  }
}
