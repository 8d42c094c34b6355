import { firstIssue } from '@unitscope/plan';
import * as z from 'zod';
import { ImageSourceError } from './errors.js';
import type { ImageSource } from './image-source.js';

const path = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'), 'expected a path');
const names = z.array(z.string()).exactOptional();

const schema: z.ZodType<ImageSource> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mnist') }),
  z.strictObject({ kind: z.literal('idx'), images: path, labels: path, classNames: names }),
  z.strictObject({ kind: z.literal('folder'), path }),
  z.strictObject({ kind: z.literal('archive'), path, inside: z.string().exactOptional() }),
  z.strictObject({
    kind: z.literal('table'),
    path,
    imageColumn: z.string().exactOptional(),
    labelColumn: z.string().exactOptional(),
    classNames: names,
  }),
]);

/** Checks a source of images that was stored, in a manifest say. Throws ImageSourceError. */
export function parseImageSource(value: unknown): ImageSource {
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  throw new ImageSourceError(`images: ${firstIssue(error, value)}`);
}
