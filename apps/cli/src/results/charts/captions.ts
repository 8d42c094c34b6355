import { definitionWords, meanWords } from '@unitscope/entropy';
import { resultTrainings, unplacedWords, type SweepResults } from '@unitscope/query';
import { counted } from '../../terminal/counted.js';

/** The title of a picture of H: which H it is stands in it. */
export function entropyTitle({ definition }: SweepResults, text: string): string {
  return `${text} (${definitionWords(definition)})`;
}

/** What the means of a sweep are over, for a subtitle. */
export function imagesSentence({ manifest, restatement, definition }: SweepResults): string {
  const { source, statistics } = manifest;
  const threshold = restatement?.threshold ?? statistics.threshold;
  const stated = threshold === 50 ? '' : `, threshold ${threshold}`;
  if (source.kind !== 'models') return `Mean over categories and ${meanWords(definition)}${stated}`;
  const images = source.categories.reduce((sum, category) => sum + category.images.length, 0);
  return `Mean over ${meanWords(definition)} and ${counted(source.categories.length, 'category', 'categories')}, ${counted(images, 'image')} in all${stated}`;
}

/** What is said beside every interval of a single training. */
export const ONE_TRAINING = 'One training: no interval over trainings.';

/** How many of a training's checkpoints a picture shows, where that is not all; with a space before it. */
export function shownSentence(shown: number, all: number): string {
  return shown === all ? '' : ` ${shown} of ${counted(all, 'checkpoint')}.`;
}

/** Which of several trainings a picture shows, and what is not placed; '' where there is one and all are. */
export function trainingSentence(results: SweepResults, run: string | null): string {
  const { trainings, unplaced, lacking, problem } = resultTrainings(results);
  if (problem !== null)
    return ' The trainings cannot be told apart: checkpoints stand in the order of the sweep.';
  const which = run === null ? '' : ` Training ${run} (of ${trainings.length}).`;
  const apart = unplacedWords({ unplaced: unplaced.map(({ label }) => label), lacking });
  return apart === '' ? which : `${which} ${apart}`;
}
