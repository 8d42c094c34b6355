/** Whose H: the authors’ code or the paper’s text. */
export type Definition = 'code' | 'paper';

/** How a definition of H is named beside every number of it (docs/method.md, section 2). */
export function definitionWords(definition: Definition): string {
  return definition === 'code' ? 'H by the authors’ code' : 'H by the paper’s text';
}

/** What the H of a layer is the mean over. */
export function meanWords(definition: Definition): string {
  return definition === 'code' ? 'sensitive units' : 'all units';
}

/** Which H the numbers of a text or page are of. */
export function definitionSentence(definition: Definition): string {
  return `${definitionWords(definition)}; that of a layer is the mean over ${meanWords(definition)}.`;
}
