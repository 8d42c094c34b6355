import { firstNames } from '@unitscope/base';
import type { ViewProps } from './settings.js';
import { outsider } from './training.js';

/** An error names no more of what there is. */
const MOST_NAMED = 12;

/** A parameter of the address that asks for what is not there, and a sentence that says what is. */
export interface Unknown {
  readonly parameter: string;
  readonly words: string;
}

/** What the address asks for and the sweep, or the training that is shown, does not have; null: it has all. */
export function unknownName(
  view: string,
  { outline, settings }: Pick<ViewProps, 'outline' | 'settings'>,
): Unknown | null {
  const kinds = [
    ['layer', settings.layer, outline.layers],
    ['category', settings.category, outline.categories],
  ] as const;
  const of = outline.run === null ? `Sweep ${outline.name}` : `Training ${outline.run}`;
  for (const [kind, asked, there] of kinds) {
    if (asked === '' || there.includes(asked)) continue;
    return { parameter: kind, words: `${of} has no ${kind} “${asked}”. ${thereWords(there)}` };
  }
  const parameter = outsider(view, settings, outline);
  if (parameter === null) return null;
  const labels = outline.checkpoints.map(({ label }) => label);
  return {
    parameter,
    words: `${of} has no checkpoint “${settings[parameter]}”. ${thereWords(labels)}`,
  };
}

function thereWords(names: readonly string[]): string {
  return `There ${names.length === 1 ? 'is' : 'are'} ${firstNames(names, MOST_NAMED)}.`;
}
