import * as z from 'zod';
import { imagesSchema } from './images-spec.js';

const text = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** The metadata that tells trainings apart. */
export const runColumns = z.union([text, z.array(text).min(1)]);

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

/** A preset, or parts. */
export const preprocessSchema = z.union([text, z.looseObject({})]);

const preprocess = preprocessSchema
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

/** A spec's `source.models`. */
export const modelsSchema = z.strictObject({
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
