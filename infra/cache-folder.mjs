import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/**
 * Where fetched servers are kept: `.cache` of the clone this file lies in, or the user's own cache. A package of a
 * node_modules folder lies in no clone of ours, whatever stands around it: programs are started from this folder.
 */
export function cacheFolder() {
  const here = import.meta.dirname;
  const installed = here.split(/[/\\]/).includes('node_modules');
  for (let folder = here; !installed && folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'infra', 'cache-folder.mjs'))) return join(folder, '.cache');
  }
  const own = process.env.XDG_CACHE_HOME;
  return join(own && isAbsolute(own) ? own : join(homedir(), '.cache'), 'unitscope');
}
