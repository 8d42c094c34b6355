import * as z from 'zod';
import { DEFAULT_TASK_TIMEOUT, DURATION } from './duration.js';
import { shownImagesSchema } from './images-spec.js';
import { modelsSchema, preprocessSchema, runColumns } from './models-spec.js';

const text = z.string().min(1);

const source = z
  .strictObject({
    models: modelsSchema.optional().describe('Checkpoints and images: unitscope makes the activations.'),
    activations: z
      .array(text)
      .min(1)
      .optional()
      .describe('Globs of activations/1 Arrow files made by any program, relative to this spec.'),
    measurements: z
      .array(text)
      .min(1)
      .optional()
      .describe(
        'Globs of measurements/1 Arrow files, relative to this spec: what was measured where the network ran, without its maps.',
      ),
    run: runColumns
      .optional()
      .describe(
        'Of `activations` and `measurements`: the metadata (`unitscope.meta` of their files) that tells trainings apart, e.g. ' +
          '[lr, seed]. Default: as for `models`, where it is a key of theirs.',
      ),
    images: shownImagesSchema
      .optional()
      .describe(
        'Of `activations`: the images that their maps are of, found by category and image label of the files. Only shown, as ' +
          'photographs below the maps; changes no number.',
      ),
    preprocess: preprocessSchema
      .optional()
      .describe(
        'Of `images` beside `activations`: which part of an image the network saw, as `preprocess` of `models` says it. ' +
          'Default: unit.',
      ),
  })
  .refine(
    ({ models: one, activations, measurements }) =>
      [one, activations, measurements].filter((given) => given !== undefined).length === 1,
    { error: 'give exactly one of "models", "activations" and "measurements"' },
  )
  .refine(({ run, models }) => run === undefined || models === undefined, {
    path: ['run'],
    error: 'of models it is a key of theirs: source.models.run',
  })
  .superRefine(expectShown);

/** Where images are shown only, there must be maps of theirs. */
function expectShown(
  given: {
    readonly images?: unknown;
    readonly preprocess?: unknown;
    readonly models?: unknown;
    readonly activations?: unknown;
  },
  context: z.RefinementCtx,
): void {
  for (const key of ['images', 'preprocess'] as const) {
    if (given[key] === undefined) continue;
    let message: string | null = null;
    if (given.models !== undefined) message = `of models it is a key of theirs: source.models.${key}`;
    else if (given.activations === undefined)
      message = 'measurements have no feature maps that images could be shown with';
    else if (given.images === undefined)
      message = 'says which part of `images` the network saw; there are none';
    if (message !== null) context.addIssue({ code: 'custom', path: [key], message });
  }
  const { preprocess } = given;
  if (typeof preprocess !== 'object' || preprocess === null || !('shorterSide' in preprocess)) return;
  const message =
    'how many pixels the network took is not known of activation files; expected `crop`, the share of the shorter side that it ' +
    'saw (224 of 232: 0.9655)';
  context.addIssue({ code: 'custom', path: ['preprocess', 'shorterSide'], message });
}

/** The two definitions of H (docs/method.md): that of the authors' code, and that of the paper's text. */
export const DEFINITIONS = ['code', 'paper'] as const;
export type Definition = (typeof DEFINITIONS)[number];

export const statisticsSchema = z.strictObject({
  threshold: z.int().min(1).default(50).describe('A birth index (rank - 1) above it reads as no birth.'),
  minSelectiveRate: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('p: a unit is sensitive where its selective rate is above p.'),
  bootstrap: z
    .int()
    .min(0)
    .max(100_000)
    .default(1000)
    .describe('Resamples of the intervals; 0: no intervals.'),
  definition: z
    .enum(DEFINITIONS)
    .optional()
    .describe(
      "Which H charts, trend, compare, rank, report and the page show: by the authors' code (births divided by births, over " +
        'sensitive units) or by the text of the paper (by all images, over all units). Tables hold both. Default: code.',
    ),
});

const engine = z.strictObject({
  threads: z.int().min(1).max(1024).optional().describe('Worker threads; default: one a core.'),
  attempts: z.int().min(1).max(100).default(3).describe('How often a task is tried before it is set aside.'),
  taskTimeout: z
    .string()
    .regex(DURATION, 'expected a duration such as 90s, 15m or 1h')
    .default(DEFAULT_TASK_TIMEOUT)
    .describe(
      'How long one task (a checkpoint over a category, or one activation file) may take: ms, s, m, h or d. One that takes longer ' +
        'is ended and set aside, and the others go on.',
    ),
});

export const SWEEP_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const specSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        SWEEP_NAME,
        'expected letters, digits, ".", "_" and "-", at most 100, beginning with a letter or digit',
      )
      .describe('Name of the sweep: the folder of its results in the store.'),
    store: text
      .optional()
      .describe('Where objects and results go: a folder or file:// address. Default: ./.unitscope'),
    source: source.describe('What is measured: `models`, `activations` or `measurements`.'),
    density: z
      .number()
      .gt(0)
      .max(1)
      .default(0.8)
      .describe('Ranks above ceil(N(N-1)/2 x density) never enter the filtration.'),
    activations: z
      .enum(['keep', 'discard'])
      .default('discard')
      .describe('keep: store the feature maps as activations/1; discard: measure them where they are made.'),
    compression: z
      .enum(['none', 'lz4', 'zstd'])
      .default('none')
      .describe(
        'Of kept feature maps: Arrow’s own, which other programs read too; zstd is the smaller and the faster.',
      ),
    births: z.boolean().default(false).describe('Keep the birth rank of every unit on every image.'),
    statistics: statisticsSchema
      .prefault({})
      .describe('How births become statistics; changing it recomputes no birth.'),
    engine: engine.prefault({}).describe('How the sweep is run; changes no number.'),
  })
  .refine(({ source: { measurements }, births }) => measurements === undefined || !births, {
    path: ['births'],
    error: 'measurements have no births of single images; whoever measures keeps them (births/1)',
  })
  .refine(
    ({ source: { measurements }, activations }) => measurements === undefined || activations === 'discard',
    {
      path: ['activations'],
      error: 'measurements have no feature maps to be kept',
    },
  )
  .refine(({ activations, compression }) => activations === 'keep' || compression === 'none', {
    path: ['compression'],
    error: 'compression is of kept feature maps; it needs "activations: keep"',
  });

/** A sweep spec with its defaults filled in. */
export type Spec = z.output<typeof specSchema>;
export type ModelsSource = NonNullable<Spec['source']['models']>;
/** Images that are only shown, beside activation files. */
export type ShownImagesSource = NonNullable<Spec['source']['images']>;
export type StatisticsSpec = Spec['statistics'];

/** The JSON Schema (draft 2020-12) of a sweep spec, for editors; published as docs/sweep.schema.json. */
export function specJsonSchema(): object {
  return {
    $id: 'https://unitscope.dev/sweep.schema.json',
    title: 'unitscope sweep spec',
    ...z.toJSONSchema(specSchema, { io: 'input' }),
  };
}
