import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { naturalOrder } from '@unitscope/base';
import { isDynamicPattern } from 'tinyglobby';
import { TrainingLogError } from '../../errors.js';
import { findPaths } from '../patterns/find-paths.js';

/** What trainers call their logs: Lightning, Hugging Face, Ray, Keras' CSVLogger by custom. */
const KNOWN = ['metrics.csv', 'trainer_state.json', 'progress.csv', 'result.json', 'training.log', 'log.csv'];

/**
 * The logs that a path or glob of a spec names: files, folders with a log that a trainer has written, or Lightning's
 * folder of `version_*`. Throws TrainingLogError where there is none.
 */
export async function findLogs(pattern: string, folder: string): Promise<string[]> {
  const places = isDynamicPattern(pattern)
    ? (await findPaths(pattern, folder, { foldersToo: true })).sort(naturalOrder)
    : [resolve(folder, pattern)];
  const found: string[] = [];
  for (const place of places) found.push(...(await logsAt(place.replace(/[\\/]$/, ''))));
  if (found.length > 0) return found;
  throw new TrainingLogError(
    `log: ${pattern} matches ${places.length === 0 ? 'nothing' : 'no log'} (relative to ${folder})`,
  );
}

async function logsAt(place: string): Promise<string[]> {
  if ((await stat(place).catch(() => null))?.isDirectory() !== true) return [place];
  const names = (await readdir(place)).sort(naturalOrder);
  const known = KNOWN.find((name) => names.includes(name));
  if (known !== undefined) return [join(place, known)];
  const versions = names.filter((name) => /^version_\d+$/.test(name));
  const inside = await Promise.all(versions.map((name) => logsAt(join(place, name))));
  if (inside.length > 0) return inside.flat();
  const events = names.find((name) => name.includes('.tfevents.'));
  if (events !== undefined) return [join(place, events)];
  throw new TrainingLogError(
    `${place}: expected a log in this folder (${KNOWN.join(', ')}, or version_* with one), found none of these; name the file`,
  );
}
