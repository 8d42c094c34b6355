import { openActivations } from '@unitscope/tables';
import type { Looks } from '../looks/looks.js';
import { filesManifest, type ResolvedFiles } from './files-manifest.js';
import { sourceFiles } from './source-files.js';

/** The checkpoints and cells of activations/1 files; `run`: what tells trainings apart, undefined: found. Throws InputError of the cause. */
export async function resolveActivations(
  patterns: readonly string[],
  run: string | readonly string[] | undefined,
  folder: string,
  looks: Looks,
): Promise<ResolvedFiles> {
  const found = await sourceFiles('activations', patterns, folder, openActivations, looks);
  const described = found.map(({ file, read: { checkpoint, meta, layer, layerIndex, category, size } }) => ({
    file,
    checkpoint,
    meta,
    cells: [{ layer, layerIndex, category, size }],
  }));
  return filesManifest('activations', described, run);
}
