import { lasting, viewUrl, type ViewSubject } from '../settings.js';

/** What the Overview of one training asks for. */
export function trainingUrls({ sweep, outline, settings }: ViewSubject) {
  const url = (view: string, more = {}): string => viewUrl(sweep, view, { ...lasting(settings), ...more });
  const [a, b] = endsOf(outline);
  return {
    trend: url('trend'),
    compared: url('compare-layers', { a, b }),
    layers: url('layers'),
    dead: url('died'),
    changed: url('changed'),
    best: url('generalization'),
  };
}

/** What the Overview asks for, as soon as it is known what the sweep consists of; of several trainings it is another thing. */
export function overviewUrls(subject: ViewSubject): readonly string[] {
  const { problem, runs, checkpoints } = subject.outline;
  const isOne =
    problem === null && checkpoints.length > 1 && (runs.length <= 1 || subject.settings.run !== '');
  return isOne ? Object.values(trainingUrls(subject)) : [];
}

/** The labels of the first and the last checkpoint. */
export function endsOf({ checkpoints }: ViewSubject['outline']): [first: string, last: string] {
  return [checkpoints[0]?.label ?? '', checkpoints.at(-1)?.label ?? ''];
}
