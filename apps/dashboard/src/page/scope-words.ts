/**
 * What an answer is of, where the address asks for a layer or a category: for that, or for all where the answer does not follow it; ''
 * where the address asks for neither.
 */
export function scopeWords(
  { layer, category }: { readonly layer: string; readonly category: string },
  follows: { readonly layer: boolean; readonly category: boolean },
): string {
  if (layer === '' && category === '') return '';
  const layers = layer === '' || !follows.layer ? 'all layers' : `layer ${layer}`;
  const categories = category === '' || !follows.category ? 'all categories' : `category ${category}`;
  return `Of ${layers}, ${categories}.`;
}
