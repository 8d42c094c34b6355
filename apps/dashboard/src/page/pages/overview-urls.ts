import {
  overviewQuestions,
  trainingQuestions,
  type OverviewQuestion,
} from '../../server/overview-questions.js';
import { lasting, viewUrl, type ViewSubject } from '../settings.js';

/** Where the Overview of one training asks its questions. */
export function trainingUrls({ sweep, outline, settings }: ViewSubject) {
  const { trend, compared, layers, dead, changed, best } = trainingQuestions(outline, lasting(settings));
  const url = ({ view, parameters }: OverviewQuestion): string => viewUrl(sweep, view, parameters);
  return {
    trend: url(trend),
    compared: url(compared),
    layers: url(layers),
    dead: url(dead),
    changed: url(changed),
    best: url(best),
  };
}

/** Where the Overview asks first. */
export function overviewUrls({ sweep, outline, settings }: ViewSubject): readonly string[] {
  return overviewQuestions(outline, lasting(settings)).map(({ view, parameters }) =>
    viewUrl(sweep, view, parameters),
  );
}
