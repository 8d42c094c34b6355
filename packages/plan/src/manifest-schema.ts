import * as z from 'zod';
import type { Json } from '@unitscope/base';
import type {
  FilesManifest,
  LayerSet,
  Manifest,
  ManifestCategory,
  ManifestCheckpoint,
  ManifestFile,
  ManifestFileCell,
  ManifestImage,
  ManifestLayer,
  ManifestModel,
  ManifestSourceFile,
  ManifestWeights,
  ModelsManifest,
  ShownImages,
  SkippedImage,
  UnmeasuredLayer,
} from './manifest.js';
import { LARGEST_BATCH, LARGEST_MAP, LARGEST_UNITS } from './manifest-bounds.js';
import { TAP_KINDS } from './models-spec.js';
import { statisticsSchema, SWEEP_NAME } from './spec.js';

// A manifest is read back from a store that others may write to: keys, paths and sizes are made of what it says. Each
// shape below has every key of its type, so that a key added to the type and forgotten here does not compile.
type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

const text = z.string();
const index = z.int().min(0);
const bytes = z.int().min(0);

/** 64 lowercase hex digits: what a SHA-256 is written as. */
export const digestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 of 64 lowercase hex digits');

/** The name of a file below a folder: it cannot leave it, whatever folder that is. */
export const fileNameSchema = z
  .string()
  .refine(staysInside, 'expected the name of a file that stays inside its folder');

/** Where something is found: an absolute path of a machine, or an object of S3. */
const location = z.string().refine(isLocation, 'expected an absolute path or an s3:// address');

const checkpointLabel = z.string().min(1);

/** A number of a log, NaN and infinities among them. */
const logged = z.custom<number>((value) => typeof value === 'number', 'expected a number');
const metaValue = z.union([z.string(), logged, z.boolean(), z.null()]);

const file = z.strictObject({
  name: fileNameSchema,
  sha256: digestSchema,
  bytes,
} satisfies Shape<ManifestFile>);

const side = z.int().min(1).max(LARGEST_MAP);
/** Height and width. */
const mapShape = z.tuple([side, side]);

const layer = z.strictObject({
  name: text,
  index,
  tap: text,
  units: z.int().min(1).max(LARGEST_UNITS),
  size: z.int().min(1).max(LARGEST_MAP),
  croppedFrom: mapShape.exactOptional(),
  activation: text.nullable().exactOptional(),
  norm: text.nullable().exactOptional(),
  note: text.exactOptional(),
} satisfies Shape<ManifestLayer>);

const unmeasured = z.strictObject({ name: text, reason: text } satisfies Shape<UnmeasuredLayer>);

const layerSet = z.strictObject({
  layers: z.array(layer),
  unmeasured: z.array(unmeasured),
  unseen: z.array(unmeasured).exactOptional(),
  batchSize: z.int().min(1).max(LARGEST_BATCH),
  alone: text.exactOptional(),
  inputSize: mapShape.exactOptional(),
} satisfies Shape<LayerSet>);

const weights = z.strictObject({
  path: location,
  files: z.array(file).min(1),
  inside: text.exactOptional(),
  prefix: text.exactOptional(),
  turned: z.array(text).exactOptional(),
} satisfies Shape<ManifestWeights>);

const model = z.strictObject({
  format: z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected the name of a checkpoint format'),
  path: location,
  files: z.array(file).min(1),
  backend: text,
  layerSet: index,
  weights: weights.exactOptional(),
} satisfies Shape<ManifestModel>);

const checkpoint = z.strictObject({
  label: checkpointLabel,
  digest: digestSchema,
  meta: z.record(z.string(), metaValue),
  model: model.exactOptional(),
} satisfies Shape<ManifestCheckpoint>);

const image = z.strictObject({
  label: text,
  sha256: digestSchema,
  encoding: text,
} satisfies Shape<ManifestImage>);

const category = z.strictObject({
  label: text,
  images: z.array(image),
  skipped: z
    .array(z.strictObject({ label: text, reason: text } satisfies Shape<SkippedImage>))
    .exactOptional(),
} satisfies Shape<ManifestCategory>);

const sourceFile = z
  .strictObject({
    location,
    identity: z.union([z.strictObject({ sha256: digestSchema }), z.strictObject({ etag: text, bytes })]),
    bytes,
  } satisfies Shape<ManifestSourceFile>)
  .refine(({ location: place, identity }) => isRemote(place) || 'sha256' in identity, {
    path: ['identity'],
    error: 'expected the SHA-256 of a file that is on no S3',
  });

const fileCell = z.strictObject({
  checkpoint: index,
  layer: text.nullable(),
  layerIndex: z.int().nullable(),
  category: text.nullable(),
  size: z.int().min(1).max(LARGEST_MAP),
  files: z.array(sourceFile).min(1),
} satisfies Shape<ManifestFileCell>);

/** Images, and how the network saw them. */
const shownImages = {
  categories: z.array(category),
  images: z.record(z.string(), z.unknown()),
  maxPixels: z.int().min(1),
  preprocess: z.json() as unknown as z.ZodType<Json>,
} satisfies Shape<ShownImages>;

const models = z.strictObject({
  kind: z.literal('models'),
  layerSets: z.array(layerSet),
  ...shownImages,
  tap: z.enum(TAP_KINDS).exactOptional(),
  imageLibrary: text,
  notices: z.array(text).exactOptional(),
  run: z.array(text).min(1).exactOptional(),
} satisfies Shape<ModelsManifest>);

const files = z.strictObject({
  kind: z.enum(['activations', 'measurements']),
  cells: z.array(fileCell),
  run: z.array(text).min(1).exactOptional(),
  shown: z.strictObject(shownImages).exactOptional(),
} satisfies Shape<FilesManifest>);

export const manifestSchema = z
  .strictObject({
    format: z.literal('unitscope.manifest/1'),
    sweep: z.string().regex(SWEEP_NAME, 'expected the name of a sweep'),
    specDigest: digestSchema,
    semantics: z.int().min(1),
    kernel: digestSchema.exactOptional(),
    density: z.number().gt(0).max(1),
    statistics: statisticsSchema,
    keepActivations: z.boolean(),
    compression: z.enum(['lz4', 'zstd']).exactOptional(),
    keepBirths: z.boolean(),
    checkpoints: z.array(checkpoint),
    source: z.discriminatedUnion('kind', [models, files]),
  } satisfies Shape<Manifest>)
  .superRefine(checkReferences);

/** What one part of a manifest says of another. */
function checkReferences(manifest: z.output<z.ZodType<Manifest>>, context: z.RefinementCtx): void {
  const complain = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  const { checkpoints, source } = manifest;
  for (const at of repeated(checkpoints.map(({ label }) => label))) {
    complain(['checkpoints', at, 'label'], 'expected a label that no other checkpoint has');
  }
  if (source.kind !== 'models') {
    for (const [i, cell] of source.cells.entries()) {
      const before = source.cells[i - 1]?.checkpoint ?? 0;
      if (cell.checkpoint >= before && cell.checkpoint < checkpoints.length) continue;
      const expected = `expected the index of one of ${checkpoints.length} checkpoints, in ascending order`;
      complain(['source', 'cells', i, 'checkpoint'], expected);
    }
    return;
  }
  const sets = source.layerSets.length;
  for (const [i, { model: found }] of checkpoints.entries()) {
    if (found !== undefined && found.layerSet < sets) continue;
    const expected = `expected the index of one of ${sets} layer sets`;
    complain(['checkpoints', i, 'model', 'layerSet'], expected);
  }
}

/** Positions of the labels that stand earlier in the list already. */
function repeated(labels: readonly string[]): number[] {
  const seen = new Set<string>();
  return [...labels.keys()].filter((i) => {
    const label = labels[i] ?? '';
    return seen.size === seen.add(label).size;
  });
}

function staysInside(name: string): boolean {
  if (hasNul(name) || /^(?:[\\/]|[A-Za-z]:)/.test(name)) return false;
  let depth = 0;
  const segments = name.split(/[\\/]/);
  for (const segment of segments) {
    if (segment === '..') depth--;
    else if (segment !== '.' && segment !== '') depth++;
    if (depth < 0) return false;
  }
  return depth > 0 && !['', '.', '..'].includes(segments.at(-1) ?? '');
}

function isRemote(place: string): boolean {
  return /^s3:\/\//i.test(place);
}

function isLocation(place: string): boolean {
  return !hasNul(place) && (isRemote(place) || /^(?:\/|\\\\|[A-Za-z]:[\\/])/.test(place));
}

function hasNul(value: string): boolean {
  return value.includes('\0');
}
