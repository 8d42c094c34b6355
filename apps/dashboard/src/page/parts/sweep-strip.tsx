import type { SweepCard } from '@unitscope/dashboard';
import { sweepPath } from '../address.js';
import { counted } from '../figures.js';
import { SweepActions } from './sweep-actions.js';
import { ProgressBar, progressWords, StateTag } from './sweep-progress.js';

/** The sweep's progress; one quiet line once it is complete. */
export function SweepStrip({ card }: { readonly card: SweepCard }) {
  const { checkpoints, failedTasks, name, note } = card;
  return (
    <section class="strip" aria-label="Progress">
      <div class="row">
        <StateTag card={card} />
        <span>
          {checkpoints.done.toLocaleString('en')} of {counted(checkpoints.total, 'checkpoint')}
        </span>
        <span class="note">{progressWords(card)}</span>
        {failedTasks > 0 && (
          <a class="failed-text" href={sweepPath(name, 'failures')}>
            {counted(failedTasks, 'failed task')}
          </a>
        )}
        <span class="spacer" />
        <SweepActions card={card} />
      </div>
      {card.state !== 'complete' && <ProgressBar card={card} />}
      {note !== null && <p class="note">{note}</p>}
    </section>
  );
}
