import type { ChangesAnswer, TrainingsAnswer } from '@unitscope/dashboard';
import { QUESTIONS, SETTLED_MEANS, TOO_FEW } from '@unitscope/plots';
import type { ComponentChildren } from 'preact';
import { counted } from '../figures.js';
import { Answer, BestAnswer } from '../parts/answer.js';
import { ChangedUnits, useChanges } from '../parts/changed-units.js';
import { TrainingsPanel, useTrainings } from '../parts/trainings-panel.js';
import { scopeWords } from '../scope-words.js';
import type { ViewProps } from '../settings.js';

/** The first look at several trainings: what one asks of them, answered, and the charts below. */
export function AllTrainings(props: ViewProps) {
  const { outline, settings } = props;
  const scope = scopeWords(settings, { layer: true, category: true });
  const found = useTrainings(props);
  const changes = useChanges(props);
  return (
    <>
      <div class="answers">
        {outline.settles && (
          <Answer
            question={QUESTIONS.settled}
            remote={found}
            more="#settled"
            scope={scope}
            meaning={SETTLED_MEANS}
          >
            {whoSettled}
          </Answer>
        )}
        <Answer question={QUESTIONS.died} remote={changes} more="#changes" scope={scope}>
          {whoDied}
        </Answer>
        <BestAnswer {...props} />
      </div>
      <TrainingsPanel {...props} found={found} />
      <ChangedUnits {...props} changes={changes} />
    </>
  );
}

function whoSettled({ settled }: TrainingsAnswer): string {
  return settled === '' ? TOO_FEW : settled;
}

/** How many died in which trainings: those that lost most first. */
function whoDied({ trainings }: ChangesAnswer): ComponentChildren {
  const sum = (of: 'ever' | 'died'): number => trainings.reduce((all, one) => all + one[of], 0);
  const losing = trainings.filter(({ died }) => died > 0).sort((a, b) => b.died - a.died);
  const of = `${counted(sum('ever'), 'unit')} of ${counted(trainings.length, 'training')}`;
  if (losing.length === 0)
    return (
      <>
        <strong>None</strong> of the {of} that were ever sensitive.
      </>
    );
  const most = losing.slice(0, 4).map(({ died, run }) => `${died} in ${run ?? 'the training'}`);
  const rest = losing.length - most.length;
  return (
    <>
      <strong>{sum('died')}</strong> of {of}: {most.join('; ')}
      {rest > 0 ? `; the others in ${rest} more` : ''}. They are listed below.
    </>
  );
}
