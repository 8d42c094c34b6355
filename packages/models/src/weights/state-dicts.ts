import { PickleOpaque } from './pickle-values.js';
import { TorchTensor } from './torch-values.js';

/** How deep in a file a state_dict may lie: `ema.model.state_dict`. */
const DEEPEST = 4;
const MOST_SCALARS = 200;
/** The longest key that is looked at. */
const MOST_NAME = 1000;
/** What a trainer needs to go on and nobody wants as metadata. */
const STATE_OF_TRAINING = /^(optimizer|lr_scheduler|scheduler|callbacks|loops|scaler|amp|rng)/i;

/**
 * The dictionaries of tensors in what a file holds, by their place (empty: the file itself), with what would only be made by
 * a call.
 */
export function tensorSets(root: unknown): Map<string, Map<string, TorchTensor | PickleOpaque>> {
  const sets = new Map<string, Map<string, TorchTensor | PickleOpaque>>();
  const seen = new Set<unknown>();
  const look = (value: unknown, place: readonly string[]): void => {
    const entries = dictionary(value);
    if (entries === null || seen.has(entries) || place.length > DEEPEST) return;
    seen.add(entries);
    const tensors = new Map<string, TorchTensor | PickleOpaque>();
    for (const [key, entry] of entries) {
      if (!isName(key)) continue;
      if (entry instanceof TorchTensor || isCall(entry)) tensors.set(key, entry);
      else look(entry, [...place, key]);
    }
    if (tensors.size > 0) sets.set(place.join('.'), tensors);
  };
  look(root, []);
  return sets;
}

/** Numbers and texts beside the tensors, by their place: `epoch`, `hyper_parameters.lr`. */
export function scalarsOf(root: unknown): Record<string, number | string | boolean> {
  const found: [string, number | string | boolean][] = [];
  const look = (value: unknown, place: readonly string[]): void => {
    for (const [key, entry] of dictionary(value) ?? attributes(value) ?? []) {
      if (!isName(key) || STATE_OF_TRAINING.test(key) || found.length >= MOST_SCALARS) continue;
      const name = [...place, key];
      if (typeof entry === 'number' || typeof entry === 'string' || typeof entry === 'boolean')
        found.push([name.join('.'), entry]);
      else if (name.length < 2) look(entry, name);
    }
  };
  look(root, []);
  return Object.fromEntries(found);
}

function isName(key: unknown): key is string {
  return typeof key === 'string' && key.length <= MOST_NAME;
}

function isCall(value: unknown): value is PickleOpaque {
  return value instanceof PickleOpaque && value.entries.size === 0;
}

/** A dictionary, also of a class that is one (defaultdict, AttributeDict). */
function dictionary(value: unknown): ReadonlyMap<unknown, unknown> | null {
  if (value instanceof Map) return value;
  return value instanceof PickleOpaque && value.entries.size > 0 ? value.entries : null;
}

/** What an object of a class would be given, as argparse's Namespace. */
function attributes(value: unknown): ReadonlyMap<unknown, unknown> | null {
  return value instanceof PickleOpaque && value.state instanceof Map ? value.state : null;
}
