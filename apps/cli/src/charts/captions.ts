import type { SweepResults } from '@unitscope/query';
import { counted } from '../terminal/counted.js';

/** What the means of a sweep are over, for a subtitle. */
export function imagesSentence({ manifest, restatement }: SweepResults): string {
  const { source, statistics } = manifest;
  const threshold = restatement?.threshold ?? statistics.threshold;
  const stated = threshold === 50 ? '' : `, threshold ${threshold}`;
  if (source.kind === 'activations') return `Mean over categories and sensitive units${stated}`;
  const images = source.categories.reduce((sum, category) => sum + category.images.length, 0);
  return `Mean over sensitive units and ${counted(source.categories.length, 'category', 'categories')}, ${counted(images, 'image')} in all${stated}`;
}
