import type { Manifest } from '@unitscope/plan';

/** Every label that a row of a table over a whole sweep may have. */
export function labelsOf({
  checkpoints,
  source,
}: Manifest): Record<'checkpoint' | 'layer' | 'category', string[]> {
  const present = (labels: readonly (string | null)[]): string[] => labels.filter((label) => label !== null);
  const ofModels = source.kind === 'models';
  return {
    checkpoint: checkpoints.map(({ label }) => label),
    layer: ofModels
      ? source.layerSets.flatMap(({ layers }) => layers.map(({ name }) => name))
      : present(source.cells.map(({ layer }) => layer)),
    category: ofModels
      ? source.categories.map(({ label }) => label)
      : present(source.cells.map(({ category }) => category)),
  };
}
