// Read by the server and by the page: nothing here needs either.
import type { Outline } from './views/outline.js';

/** A view of one sweep's results, and what it is asked with. */
export interface OverviewQuestion {
  readonly view: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What the Overview of one training asks for, with the settings that hold in every view of a sweep. */
export function trainingQuestions(
  { checkpoints }: Pick<Outline, 'checkpoints'>,
  lasting: Readonly<Record<string, string>>,
) {
  const question = (view: string, more = {}): OverviewQuestion => ({
    view,
    parameters: { ...lasting, ...more },
  });
  const [a, b] = [checkpoints[0]?.label ?? '', checkpoints.at(-1)?.label ?? ''];
  return {
    trend: question('trend'),
    compared: question('compare-layers', { a, b }),
    layers: question('layers'),
    dead: question('died'),
    changed: question('changed'),
    best: question('generalization'),
  };
}

/** What the Overview asks for, as soon as it is known what the sweep consists of; of several trainings it is another thing. */
export function overviewQuestions(
  outline: Pick<Outline, 'problem' | 'runs' | 'checkpoints'>,
  lasting: Readonly<Record<string, string>>,
): readonly OverviewQuestion[] {
  const { problem, runs, checkpoints } = outline;
  const isOne = problem === null && checkpoints.length > 1 && (runs.length <= 1 || Boolean(lasting['run']));
  return isOne ? Object.values(trainingQuestions(outline, lasting)) : [];
}
