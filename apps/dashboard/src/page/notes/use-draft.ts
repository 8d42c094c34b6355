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

/** What is written of a sweep as a whole. */
const TEXTS = ['tag', 'notes', 'view'] as const;

export function sweepPlace(text: (typeof TEXTS)[number], sweep: string): string {
  return `${text} of ${sweep}`;
}

/** Whether something was written of a sweep as a whole and is not kept yet. */
export function isBegun(sweep: string): boolean {
  return TEXTS.some((text) => drafts.has(sweepPlace(text, sweep)));
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
