import { relative } from 'node:path';
import {
  activationsDigest,
  byLayerAndCategory,
  compareText,
  naturalOrder,
  type ActivationsManifest,
  type ManifestActivationCell,
  type ManifestActivationFile,
  type ManifestCheckpoint,
} from '@unitscope/plan';
import { FileSource, openActivations } from '@unitscope/tables';
import { ActivationFilesError, NothingFoundError } from './errors.js';
import { eachLimited } from './each-limited.js';
import { fileDigest } from './file-digest.js';
import { findPaths } from './patterns/find-paths.js';
import { findRemote, isRemote, RemoteObjects } from './remote-objects.js';

/** What a file without `unitscope.checkpoint` counts as in a sweep, whose results need a name for it. */
const UNLABELLED = 'unlabelled';

const OBJECTS_AT_ONCE = 8;

interface FoundFile {
  readonly checkpoint: string;
  readonly cell: Omit<ManifestActivationCell, 'checkpoint' | 'files'>;
  readonly file: ManifestActivationFile;
}

interface ResolvedActivations {
  readonly checkpoints: readonly ManifestCheckpoint[];
  readonly source: ActivationsManifest;
}

export async function resolveActivations(
  patterns: readonly string[],
  folder: string,
): Promise<ResolvedActivations> {
  const found: FoundFile[] = [];
  const local = patterns.filter((pattern) => !isRemote(pattern));
  for (const path of await findFiles(local, folder)) found.push(await describeFile(path));
  found.push(...(await describeRemote(patterns.filter(isRemote))));

  const labels = [...new Set(found.map(({ checkpoint }) => checkpoint))].sort(naturalOrder);
  const checkpoints = labels.map((label) => {
    const identities = found
      .filter(({ checkpoint }) => checkpoint === label)
      .map(({ file }) => file.identity);
    return { label, digest: activationsDigest(identities), meta: {} };
  });
  const cells = new Map<string, ManifestActivationCell & { files: ManifestActivationFile[] }>();
  for (const { checkpoint, cell, file } of found) {
    const key = JSON.stringify([checkpoint, cell.layer, cell.layerIndex, cell.category]);
    const known = cells.get(key);
    if (known === undefined) {
      cells.set(key, { ...cell, checkpoint: labels.indexOf(checkpoint), files: [file] });
      continue;
    }
    if (known.size !== cell.size) {
      throw new ActivationFilesError(
        `${file.location}: expected maps of ${known.size}×${known.size} as in ${known.files[0]?.location ?? ''}, ` +
          `which has the same checkpoint, layer and category; found ${cell.size}×${cell.size}`,
      );
    }
    known.files.push(file);
  }
  // By content, so that neither names nor places of the files matter to what comes out.
  for (const { files } of cells.values()) files.sort((a, b) => compareText(contentOf(a), contentOf(b)));
  const sorted = [...cells.values()].sort((a, b) => a.checkpoint - b.checkpoint || byLayerAndCategory(a, b));
  return { checkpoints, source: { kind: 'activations', cells: sorted } };
}

function contentOf({ identity }: ManifestActivationFile): string {
  return 'sha256' in identity ? identity.sha256 : identity.etag;
}

async function findFiles(patterns: readonly string[], folder: string): Promise<string[]> {
  const paths = new Set<string>();
  for (const pattern of patterns) {
    const matches = await findPaths(pattern, folder);
    if (matches.length === 0) {
      throw new NothingFoundError(`source.activations: ${pattern} matches nothing (relative to ${folder})`);
    }
    for (const path of matches.sort(naturalOrder)) paths.add(path);
  }
  return [...paths].sort((a, b) => naturalOrder(relative(folder, a), relative(folder, b)));
}

async function describeFile(path: string): Promise<FoundFile> {
  const source = await FileSource.open(path);
  try {
    const { checkpoint, layer, layerIndex, category, size } = await openActivations(source);
    const { sha256, bytes } = await fileDigest(path);
    return {
      checkpoint: checkpoint ?? UNLABELLED,
      cell: { layer, layerIndex, category, size },
      file: { location: path, identity: { sha256 }, bytes },
    };
  } finally {
    await source.close();
  }
}

/** Objects written by any program: their SHA-256 where the store knows it, else what it says of this version. */
async function describeRemote(patterns: readonly string[]): Promise<FoundFile[]> {
  const sizes = new Map<string, number>();
  for (const pattern of patterns) {
    for (const { location, size } of await findRemote(pattern, ['*.arrow'])) sizes.set(location, size);
  }
  const objects = new RemoteObjects();
  const found: FoundFile[] = [];
  await eachLimited(sizes, OBJECTS_AT_ONCE, async ([location, bytes]) => {
    const reader = await objects.open(location);
    try {
      const { checkpoint, layer, layerIndex, category, size } = await openActivations(reader);
      const sha256 = reader.sha256 ?? (await objects.digest(location));
      const identity = sha256 === undefined ? { etag: reader.etag ?? '', bytes } : { sha256 };
      found.push({
        checkpoint: checkpoint ?? UNLABELLED,
        cell: { layer, layerIndex, category, size },
        file: { location, identity, bytes },
      });
    } finally {
      await reader.close();
    }
  });
  return found.sort((a, b) => naturalOrder(a.file.location, b.file.location));
}
