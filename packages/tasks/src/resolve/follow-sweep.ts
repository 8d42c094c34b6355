import { isStoreTrouble } from '@unitscope/store';
import { setTimeout as sleep } from 'node:timers/promises';
import { extendManifest, type Manifest, type Spec } from '@unitscope/plan';
import { InputError } from '@unitscope/base';
import { Looks } from './looks/looks.js';
import { resolveSweep } from './resolve-sweep.js';

/** Looking takes at most this share of the time. */
const SHARE = 0.2;
const PAUSE_MS = 2000;

export interface FollowOptions {
  /** What the spec's paths are relative to. */
  readonly folder: string;
  /** The manifest of an earlier run: its checkpoints keep their index. */
  readonly known?: Manifest | undefined;
  /** So many checkpoints are all. */
  readonly until?: number | undefined;
  /** No more checkpoints will join. */
  readonly finish: AbortSignal;
  /** Why nothing can join yet, e.g. a checkpoint that is half written; each reason once. */
  readonly onWait?: ((reason: string) => void) | undefined;
}

/**
 * The manifests of a sweep that grows: each has the checkpoints of the one before and those that have appeared since. A
 * checkpoint joins when two looks in a row find it readable and the same: one that is being written is waited for. Ends
 * at `until` checkpoints or when told to finish.
 */
export async function* followSweep(spec: Spec, options: FollowOptions): AsyncGenerator<Manifest> {
  const { folder, until = Infinity, finish, onWait } = options;
  let manifest = options.known ?? null;
  /** Digests at the last look. */
  let before = new Map<string, string>();
  let reason = '';
  const looks = await Looks.of(spec.name, folder);
  if (manifest !== null) yield manifest;
  while (!finish.aborted && (manifest?.checkpoints.length ?? 0) < until) {
    const started = performance.now();
    try {
      const found = await resolveSweep(spec, folder, looks);
      const known = manifest ?? empty(found);
      const grown = extendManifest(known, found, until, ({ label, digest }) => before.get(label) === digest);
      before = new Map(found.checkpoints.map(({ label, digest }) => [label, digest]));
      if (grown !== known) {
        manifest = grown;
        yield grown;
        continue;
      }
    } catch (error) {
      if (
        !(error instanceof Error) ||
        // A store that answered before is waited for.
        !(error instanceof InputError || (manifest !== null && isStoreTrouble(error)))
      )
        throw error;
      if (error.message !== reason) onWait?.(error.message);
      reason = error.message;
    }
    const pause = Math.max(PAUSE_MS, (performance.now() - started) / SHARE);
    await sleep(pause, undefined, { signal: finish }).catch(() => undefined);
  }
}

/** `found` without its checkpoints. */
function empty(found: Manifest): Manifest {
  const { source } = found;
  return {
    ...found,
    checkpoints: [],
    source: source.kind === 'models' ? { ...source, layerSets: [] } : { ...source, cells: [] },
  };
}
