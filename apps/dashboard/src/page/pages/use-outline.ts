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
): { readonly outline: Remote<Outline | null>; readonly revision: string } {
  const held = useRef<number | null>(null);
  const revision = useRevision(card, held.current);
  const load = async (asked: string, signal: AbortSignal): Promise<Outline | null> => {
    const found = await loadJson<Outline | null>(asked, signal);
    if (found !== null && held.current === null) onFirst(found);
    return found;
  };
  const outline = useRemote<Outline | null>(url, load, revision);
  held.current = outline.data?.held ?? held.current;
  return { outline, revision };
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
