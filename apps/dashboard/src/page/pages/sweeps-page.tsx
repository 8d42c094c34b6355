import type { SweepCard } from '@unitscope/dashboard';
import { sweepPath } from '../address.js';
import { useBoard } from '../board.js';
import { counted } from '../figures.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { SweepActions } from '../parts/sweep-actions.js';
import { ProgressBar, progressWords, StateTag } from '../parts/sweep-progress.js';

/** The sweeps of the store and how far each is. */
export function SweepsPage() {
  const board = useBoard();
  return (
    <>
      <h1>Sweeps</h1>
      <Loaded remote={board} what="the sweeps of the store">
        {({ sweeps, store }) =>
          sweeps.length === 0 ? (
            <EmptyNotice title="No sweep in this store yet">
              <p>
                Store: <code>{store}</code>. A sweep that is started appears here by itself:
              </p>
              <pre>
                <code>{'npx unitscope init\nnpx unitscope sweep sweep.yaml'}</code>
              </pre>
            </EmptyNotice>
          ) : (
            <ul class="cards">
              {sweeps.map((card) => (
                <SweepItem key={card.name} card={card} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function SweepItem({ card }: { readonly card: SweepCard }) {
  const { name, checkpoints, failedTasks, note } = card;
  return (
    <li class="card" data-sweep={name}>
      <div class="row">
        <h2>
          <a href={sweepPath(name)}>{name}</a>
        </h2>
        <StateTag card={card} />
        <span class="spacer" />
        <SweepActions card={card} />
      </div>
      <ProgressBar card={card} />
      <p class="row figures">
        <span>
          {checkpoints.done.toLocaleString('en')} of {counted(checkpoints.total, 'checkpoint')}
        </span>
        <span class="note">{progressWords(card)}</span>
        <span class="spacer" />
        {failedTasks > 0 && (
          <a class="failed-text" href={sweepPath(name, 'failures')}>
            {counted(failedTasks, 'failed task')}
          </a>
        )}
      </p>
      {note !== null && <p class="note">{note}</p>}
    </li>
  );
}
