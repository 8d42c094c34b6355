import { openModel } from '@unitscope/models';
import { SEMANTICS_VERSION, type LayerSet, type ManifestWork } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { reasonOf } from '@unitscope/base';
import { weightsOptions } from '../inputs/weights/checkpoint-parts.js';
import { readable, readManifest, sweepNames } from './sweeps.js';

/** A layer that an earlier version looked at in another tensor than this one does; null: it is not there for one of them. */
export interface MovedTap {
  readonly layer: string;
  readonly before: string | null;
  readonly now: string | null;
}

/** A sweep that was measured by a version whose numbers can be others for the same inputs. */
export interface OlderSweep {
  readonly name: string;
  readonly semantics: number;
  /** The layers that are touched, as far as their taps tell; null: no checkpoint of it is where it was. */
  readonly moved: readonly MovedTap[] | null;
  /** Why that could not be told. */
  readonly problem?: string;
}

export interface SemanticsReport {
  readonly semantics: number;
  readonly sweeps: number;
  readonly older: readonly OlderSweep[];
}

/** Which sweeps of a store are of another semantics version than this program's, and which of their layers have moved. */
export async function verifySemantics(store: ObjectStore): Promise<SemanticsReport> {
  const older: OlderSweep[] = [];
  const names = await sweepNames(store);
  for (const name of names) {
    const manifest = await readable(name, () => readManifest(store, name));
    // One that cannot be read is a matter of verifyStore.
    if ('problem' in manifest || manifest.semantics === SEMANTICS_VERSION) continue;
    const { semantics } = manifest;
    try {
      older.push({ name, semantics, moved: await movedTaps(manifest) });
    } catch (error) {
      older.push({ name, semantics, moved: null, problem: reasonOf(error) });
    }
  }
  return { semantics: SEMANTICS_VERSION, sweeps: names.length, older };
}

async function movedTaps({ source, checkpoints }: ManifestWork): Promise<MovedTap[] | null> {
  if (source.kind !== 'models') return [];
  const moved = new Map<string, MovedTap>();
  for (const [index, set] of source.layerSets.entries()) {
    const model = checkpoints.find((checkpoint) => checkpoint.model?.layerSet === index)?.model;
    if (model === undefined) continue;
    const [height, width] = set.inputSize ?? [];
    const opened = await openModel(model.path, {
      ...(model.weights && { weights: weightsOptions(model.weights.path, model.weights) }),
      ...(source.tap !== undefined && { tap: source.tap }),
      ...(height !== undefined && width !== undefined && { inputSize: { height, width } }),
    });
    const taps = new Map(opened.layers.map(({ name, tap }) => [name, tap]));
    await opened.dispose();
    for (const one of differences(set, taps)) moved.set(one.layer, one);
  }
  return [...moved.values()];
}

function differences({ layers, unmeasured }: LayerSet, taps: ReadonlyMap<string, string>): MovedTap[] {
  const known = new Set([...layers, ...unmeasured].map(({ name }) => name));
  const changed = layers
    .filter(({ name, tap }) => taps.get(name) !== tap)
    .map(({ name, tap }) => ({ layer: name, before: tap, now: taps.get(name) ?? null }));
  const added = [...taps]
    .filter(([name]) => unmeasured.length + layers.length > 0 && !known.has(name))
    .map(([name, tap]) => ({ layer: name, before: null, now: tap }));
  return [...changed, ...added];
}
