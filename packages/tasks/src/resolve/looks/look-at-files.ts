import { fileVersion, type FileVersions, type ModelFormat } from '@unitscope/models';
import { digestSchema, fileNameSchema, type ManifestFile, type MetaValue } from '@unitscope/plan';
import * as z from 'zod';
import { fileDigest } from '@unitscope/process';
import { digestedFiles } from '../../run/model-cache.js';
import { WEIGHTS } from '../../inputs/weights/checkpoint-parts.js';
import { weightsMeta } from '../../inputs/weights/weights-meta.js';
import type { Looks } from './looks.js';

const bytes = z.int().min(0);
const fileSchema = z.strictObject({ sha256: digestSchema, bytes });
const filesSchema = z.strictObject({
  format: z.enum(['onnx', 'tfjs-layers', 'tfjs-graph', WEIGHTS]),
  files: z.array(fileSchema.extend({ name: fileNameSchema })),
});
const metaSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The files of a checkpoint, or of weights, with their digests. */
export interface LookedAt {
  readonly format: ModelFormat | typeof WEIGHTS;
  readonly files: readonly ManifestFile[];
  /** In which they have these digests. */
  readonly versions: FileVersions;
}

/** As digestedFiles finds them. */
export async function lookAtCheckpoint(looks: Looks, path: string): Promise<LookedAt> {
  const { value, versions } = await looks.ofFiles(`checkpoint ${path}`, filesSchema, async () => {
    const found = await digestedFiles(path);
    return { value: { format: found.format, files: [...found.files] }, versions: found.versions };
  });
  return { ...value, versions };
}

/** As fileDigest finds it. */
export async function lookAtFile(looks: Looks, path: string): Promise<{ sha256: string; bytes: number }> {
  const { value } = await looks.ofFiles(`file ${path}`, fileSchema, async () => {
    const versions = new Map([[path, await fileVersion(path)]]);
    return { value: await fileDigest(path), versions };
  });
  return value;
}

/** As weightsMeta finds it: nothing of a file that cannot be read. */
export async function lookAtMeta(looks: Looks, path: string): Promise<Record<string, MetaValue>> {
  const found = await lookAtCheckpoint(looks, path).catch(() => null);
  if (found === null) return {};
  const key = `meta ${contentOf(found)}`;
  return await looks.ofContent(key, found.versions, metaSchema, () => weightsMeta(path));
}

/** Names what files hold. */
export function contentOf({ format, files }: Pick<LookedAt, 'format' | 'files'>): string {
  return JSON.stringify([format, ...files.map((file) => [file.name, file.sha256])]);
}
