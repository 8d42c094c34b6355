import type { Outline, SweepCard } from '@unitscope/dashboard';
import { useRef } from 'preact/hooks';
import { loadJson, useRemote, type Remote } from '../remote-data.js';

/**
 * What the sweep consists of, asked beside the board: neither waits for the other. `onFirst` is told when it is known first, before
 * anything of it is drawn.
 */
export function useOutline(
  url: string | null,
  card: SweepCard | null,
  onFirst: (outline: Outline) => void,
): {
  readonly outline: Remote<Outline | null>;
  readonly revision: string;
  /** It is of this address, not yet of the one before. */
  readonly isOwn: boolean;
} {
  const held = useRef<number | null>(null);
  const asked = useRef(new WeakMap<Outline, string>());
  const revision = useRevision(card, held.current);
  const load = async (from: string, signal: AbortSignal): Promise<Outline | null> => {
    const found = await loadJson<Outline | null>(from, signal);
    if (found !== null) asked.current.set(found, from);
    if (found !== null && held.current === null) onFirst(found);
    return found;
  };
  const outline = useRemote<Outline | null>(url, load, revision);
  held.current = outline.data?.held ?? held.current;
  const isOwn = outline.data !== null && asked.current.get(outline.data) === url;
  return { outline, revision, isOwn };
}

/**
 * Changes when another checkpoint has its tables: results are looked at again then. What the board says first is no change where the
 * results that came beside it are of as many checkpoints.
 */
function useRevision(card: SweepCard | null, held: number | null): string {
  const first = useRef<string | null>(null);
  if (card === null) return '';
  const { done, total } = card.checkpoints;
  const said = `${done}/${total} ${card.failedTasks}`;
  if (first.current === null && held !== null) first.current = held === done ? said : '';
  return first.current === null || said === first.current ? '' : said;
}
