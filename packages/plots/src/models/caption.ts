import { definitionWords, meanWords, type Definition } from '@unitscope/entropy';

/** What a chart of a sweep says beside its own words. */
export interface Caption {
  readonly sweep: string;
  /** Which H is drawn: it stands in the title. */
  readonly definition: Definition;
  /** What means are over; left out: the units, and the one category where it is one. */
  readonly over?: string;
  /** Sentences that stand last. */
  readonly also?: readonly string[];
}

/** A title that says which H is drawn. */
export function entropyTitle(text: string, { definition }: Pick<Caption, 'definition'>): string {
  return `${text} (${definitionWords(definition)})`;
}

/** What the means of a chart are over. */
export function overWords({ definition, over }: Caption, category: string | null): string {
  const units = meanWords(definition);
  return over ?? (category === null ? units : `${units} of category ${category}`);
}

/** The sentences of a subtitle; those that are '' have nothing to say. */
export function sentences(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

/** How many of how many are shown, where that is not all: `12 of 30 checkpoints.` */
export function partSentence(shown: number, all: number, what: string): string {
  return shown === all ? '' : `${shown.toLocaleString('en')} of ${all.toLocaleString('en')} ${what}.`;
}

/** The same of `40 of 1000`, as rows say it. */
export function shownSentence(shown: string, how = ''): string {
  return shown.includes(' of ') ? `${shown} checkpoints${how}.` : '';
}

/** What the axis of steps is called. */
export function stepLabel(axis: string | null): string {
  return axis === null ? 'checkpoint' : axis === 'step' ? 'training step' : axis;
}
