import type { Outline } from '@unitscope/dashboard';
import { Choice, DefinitionChoice, Filters } from '../parts/filters.js';
import type { ViewProps } from '../settings.js';

/** Views that show all trainings together where none is chosen. */
const ALL_RUNS: ReadonlySet<string> = new Set(['', 'trend']);
/** They show all trainings, whatever is chosen. */
const ALWAYS_ALL: ReadonlySet<string> = new Set(['checkpoints', 'ablation']);

/** What holds in all views. SQL asks for what it wants by itself. */
export function SweepControls({
  outline,
  view,
  settings: { run: chosen, a, b },
}: Pick<ViewProps, 'outline' | 'settings'> & { readonly view: string }) {
  // Of which training A and B are, they say themselves.
  const isOfAll = ALWAYS_ALL.has(view) || (view === 'compare' && a !== '' && b !== '');
  return (
    <div class="controls">
      <Trainings
        outline={isOfAll ? { ...outline, runs: [] } : outline}
        all={ALL_RUNS.has(view)}
        chosen={chosen}
      />
      {view !== 'sql' && <DefinitionChoice definition={outline.definition} />}
    </div>
  );
}

/** Which of several trainings the views show, and what is in none. */
function Trainings({
  outline: { runs, run, problem, apart },
  all,
  chosen,
}: {
  readonly outline: Outline;
  /** The view shows all of them where none is chosen. */
  readonly all: boolean;
  readonly chosen: string;
}) {
  if (problem !== null) {
    return (
      <p class="note">
        The trainings cannot be told apart: {problem}. Checkpoints stand in the order of the sweep.
      </p>
    );
  }
  return (
    <>
      {runs.length > 1 && (
        <Filters label="Training">
          <Choice
            label={`Training, of ${runs.length}`}
            name="run"
            value={all ? chosen : (run ?? '')}
            options={runs}
            {...(all && { none: 'all' })}
          />
          {!all && chosen === '' && (
            <span class="note">this view is of one: the first, until another is chosen</span>
          )}
        </Filters>
      )}
      {apart !== '' && <p class="note">{apart}</p>}
    </>
  );
}
