import { useReducer } from 'preact/hooks';

const drafts = new Map<string, unknown>();

/**
 * What was written and is not kept yet, by the place that it is written for: it is there again when one comes back to that
 * place, and the browser asks before the page is left while there is any. Null: nothing.
 */
export function useDraft<T>(place: string): readonly [T | null, (draft: T | null) => void] {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const write = (draft: T | null): void => {
    if (draft === null) drafts.delete(place);
    else drafts.set(place, draft);
    if (drafts.size === 0) window.removeEventListener('beforeunload', ask);
    else window.addEventListener('beforeunload', ask);
    redraw(undefined);
  };
  return [(drafts.get(place) as T | undefined) ?? null, write];
}

/** Whether something was written for a place and is not kept yet. */
export function isBegun(place: string): boolean {
  return drafts.has(place);
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
