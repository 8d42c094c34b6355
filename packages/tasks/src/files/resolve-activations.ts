import { openActivations } from '@unitscope/tables';
import type { Looks } from '../looks/looks.js';
import { filesManifest, type ResolvedFiles } from './files-manifest.js';
import { sourceFiles } from './source-files.js';

/** The checkpoints and cells of activations/1 files. Throws InputError of the cause. */
export async function resolveActivations(
  patterns: readonly string[],
  folder: string,
  looks: Looks,
): Promise<ResolvedFiles> {
  const found = await sourceFiles('activations', patterns, folder, openActivations, looks);
  const described = found.map(({ file, read: { checkpoint, layer, layerIndex, category, size } }) => ({
    file,
    checkpoint,
    cells: [{ layer, layerIndex, category, size }],
  }));
  return filesManifest('activations', described);
}
