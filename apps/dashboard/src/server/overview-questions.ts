// Read by the server and by the page: nothing here needs either.
import type { Outline } from './views/outline.js';

/** A view of one sweep's results, and what it is asked with. */
export interface OverviewQuestion {
  readonly view: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The settings that hold in every view of a sweep, as the page's addresses have them. */
export const LASTING = ['category', 'run', 'threshold', 'minSelectiveRate', 'definition'] as const;

/** They show all trainings, or say themselves what they are of. */
const OF_NO_CHECKPOINT: ReadonlySet<string> = new Set(['ablation', 'checkpoints', 'sql']);

/** What the parameters of a view are called that name a checkpoint of its training. The first that is set says which training that is. */
export function checkpointParameters(view: string, of: (name: string) => string): readonly string[] {
  if (OF_NO_CHECKPOINT.has(view)) return [];
  // Of two sides each says itself what it is of.
  if (view === 'compare') return of('a') === '' || of('b') === '' ? ['a', 'b'] : [];
  if (view === 'distribution') return ['a', 'b', 'unitsAt'];
  return view === 'scatter' ? ['checkpoint', 'unitsAt'] : ['checkpoint'];
}

/** What every page of a sweep asks first, by its address: it does not know yet whether there are results. */
export function outlineQuestion(view: string, query: URLSearchParams): OverviewQuestion {
  const of = (name: string): string => query.get(name) ?? '';
  const checkpoint =
    checkpointParameters(view, of)
      .map(of)
      .find((label) => label !== '') ?? '';
  const parameters = { run: of('run'), definition: of('definition'), checkpoint, maybe: 'yes' };
  return { view: 'outline', parameters };
}

/** The labels of the first and the last checkpoint. */
export function endsOf({ checkpoints }: Pick<Outline, 'checkpoints'>): [first: string, last: string] {
  return [checkpoints[0]?.label ?? '', checkpoints.at(-1)?.label ?? ''];
}

/** What the Overview of one training asks for, with the settings that hold in every view of a sweep. */
export function trainingQuestions(
  outline: Pick<Outline, 'checkpoints'>,
  lasting: Readonly<Record<string, string>>,
) {
  const question = (view: string, more = {}): OverviewQuestion => ({
    view,
    parameters: { ...lasting, ...more },
  });
  const [a, b] = endsOf(outline);
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
