import type { LayerRows } from '../rows/trend-rows.js';

/** What is asked of a training first: on the page and in a report. */
export const QUESTIONS = {
  settled: 'When did the layers settle?',
  died: 'Which units died?',
  best: 'What generalizes best?',
  changed: (first: string, last: string): string =>
    `What changed from ${first} to ${last}, and how sure is that?`,
} as const;

/** Where nothing can be told of when layers settled. */
export const TOO_FEW = 'Too few checkpoints have an H to tell.';

/** What `settled` means, where it stands. */
export const SETTLED_MEANS =
  'Settled: from there on H stays within a tenth of its range of where it ends, for three checkpoints or more.';

/** Which layers settled and when, and which did not, in words. */
export function settledAnswer({ notes }: Pick<LayerRows, 'notes'>): string {
  const { settled } = notes;
  return `${settled === '' ? TOO_FEW : settled}${seenWords(notes)}`;
}

/** From how many checkpoints of how many an answer is, where that is not all of them; with a space before it. */
export function seenWords({ shown }: { readonly shown: string }): string {
  return shown.includes(' of ') ? ` Seen at ${shown} checkpoints.` : '';
}
