import { counted } from '@unitscope/base';
import { meanWords } from '@unitscope/entropy';
import type { Caption } from '@unitscope/plots';
import { resultTrainings, unplacedWords, type SweepResults } from '@unitscope/query';

/** What a picture of a sweep says of it: which H, over what, of which training, and `also`. */
export function captionOf(
  results: SweepResults,
  run: string | null,
  { category, also = [] }: { readonly category?: string | undefined; readonly also?: readonly string[] } = {},
): Caption {
  return {
    sweep: results.name,
    definition: results.definition,
    over: overWords(results, category),
    also: [trainingSentence(results, run), ...also],
  };
}

/** What the means of a sweep are over, for a subtitle. */
export function imagesSentence(results: SweepResults): string {
  return `Mean over ${overWords(results)}`;
}

function overWords({ manifest, restatement, definition }: SweepResults, category?: string): string {
  const { source, statistics } = manifest;
  const threshold = restatement?.threshold ?? statistics.threshold;
  const stated = threshold === 50 ? '' : `, threshold ${threshold}`;
  const units = meanWords(definition);
  if (source.kind !== 'models')
    return `${category === undefined ? `categories and ${units}` : `${units} of category ${category}`}${stated}`;
  const chosen = source.categories.filter(({ label }) => category === undefined || label === category);
  const images = counted(
    chosen.reduce((sum, one) => sum + one.images.length, 0),
    'image',
  );
  return category === undefined
    ? `${units} and ${counted(chosen.length, 'category', 'categories')}, ${images} in all${stated}`
    : `${units} of category ${category}, ${images}${stated}`;
}

/** What is said beside every interval of a single training. */
export const ONE_TRAINING = 'One training: no interval over trainings.';

/** Which of several trainings a picture shows, and what is not placed; '' where there is one and all are. */
function trainingSentence(results: SweepResults, run: string | null): string {
  const { trainings, unplaced, lacking, problem } = resultTrainings(results);
  if (problem !== null)
    return 'The trainings cannot be told apart: checkpoints stand in the order of the sweep.';
  const which = run === null ? '' : `Training ${run} (of ${trainings.length}).`;
  const apart = unplacedWords({ unplaced: unplaced.map(({ label }) => label), lacking });
  return [which, apart].filter((words) => words !== '').join(' ');
}
