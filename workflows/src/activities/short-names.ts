import type { Manifest, Task } from '@unitscope/plan';
import type { PlanNames } from '../messages/messages.js';

/** Bytes of a name that Temporal's page shows. */
const NAME_BYTES = 40;
/** Bytes of a list of names in one message; a longer list is not sent, and its members go by their numbers. */
const LIST_BYTES = 12 * 1024;
const LAYERS_BYTES = 4 * 1024;

/** A label for people: one line, at most 40 bytes of UTF-8. */
export function shortName(label: string): string {
  const line = label.replace(/[\p{C}\s]+/gu, ' ').trim();
  if (Buffer.byteLength(line) <= NAME_BYTES) return line;
  let cut = '';
  for (const point of line) {
    if (Buffer.byteLength(cut) + Buffer.byteLength(point) > NAME_BYTES - 3) break;
    cut += point;
  }
  return `${cut}…`;
}

/** Labels of the checkpoints from the index `from`; none where they would be too long a message. */
export function checkpointNames(checkpoints: Manifest['checkpoints'], from: number): string[] {
  return listed(checkpoints.slice(from).map(({ label }) => label));
}

/** What a checkpoint and its tasks are called. Categories only where every layer has the same ones. */
export function planNames(checkpoint: string, tasks: readonly Task[]): PlanNames {
  const rows = new Map<string, string[]>();
  for (const { kind, cells } of tasks) {
    const layer = kind === 'extract' ? '' : (cells[0]?.layer ?? '');
    const row = rows.get(layer) ?? [];
    row.push(cells[0]?.category ?? '');
    rows.set(layer, row);
  }
  const [first = [], ...others] = rows.values();
  const isGrid = others.every((row) => row.length === first.length && row.every((c, i) => c === first[i]));
  return {
    checkpoint: shortName(checkpoint),
    layers: tasks[0]?.kind === 'extract' ? [] : listed([...rows.keys()], LAYERS_BYTES),
    categories: isGrid ? listed(first) : [],
  };
}

function listed(labels: readonly string[], most = LIST_BYTES): string[] {
  const names = labels.map(shortName);
  return Buffer.byteLength(JSON.stringify(names)) <= most ? names : [];
}
