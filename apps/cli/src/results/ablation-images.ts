import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseImages, SpecError } from '@unitscope/plan';
import type { ResolvedImages, WantedImages } from '@unitscope/tasks';

const ARCHIVE = /\.(zip|tar|tar\.gz|tgz)$/i;
const TABLE = /\.(parquet|arrow|feather)$/i;
const SPEC = /\.(ya?ml|json)$/i;

/**
 * The images that an option names: `mnist`, a folder of one folder a category, an archive of such folders, a table, or a
 * YAML or JSON file that says what a sweep spec says under `images`. Throws InputErrors of the cause.
 */
export async function openAblationImages(
  given: string,
  perCategory: number | undefined,
): Promise<ResolvedImages> {
  const { resolveImages } = await import('@unitscope/tasks');
  if (SPEC.test(given)) {
    const text = await readFile(given, 'utf8').catch((cause: unknown) => {
      throw new SpecError(`${given} cannot be read`, { cause });
    });
    const images = parseImages(text, given);
    return await resolveImages(
      { ...images, perCategory: perCategory ?? images.perCategory },
      dirname(resolve(given)),
    );
  }
  const rest = {
    perCategory: perCategory ?? 'all',
    seed: 0,
    corrupt: 'fatal',
    maxPixels: 50_000_000,
  } as const;
  const wanted: WantedImages =
    given === 'mnist'
      ? { ...rest, from: 'mnist' }
      : { ...rest, from: await kindOf(given), path: resolve(given) };
  return await resolveImages(wanted, process.cwd());
}

async function kindOf(path: string): Promise<'folder' | 'archive' | 'table'> {
  if (ARCHIVE.test(path)) return 'archive';
  if (TABLE.test(path)) return 'table';
  if ((await stat(path).catch(() => null))?.isDirectory() === true) return 'folder';
  throw new SpecError(
    `${path}: expected mnist, a folder, an archive (.zip, .tar, .tar.gz), a table (.parquet, .arrow), or a .yaml file of a ` +
      "spec's images; found none of these",
  );
}
