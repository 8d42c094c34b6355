import { Choice, DefinitionChoice, Filters } from '../parts/filters.js';
import type { ViewSubject } from '../settings.js';
import { chooseTraining } from '../training.js';

/** Views that show all trainings together where none is chosen. */
const ALL_RUNS: ReadonlySet<string> = new Set(['', 'trend']);
/** They show all trainings, whatever is chosen. */
const ALWAYS_ALL: ReadonlySet<string> = new Set(['checkpoints', 'ablation', 'sql']);

/** What holds in all views. SQL asks for what it wants by itself. */
export function SweepControls({ view, ...subject }: ViewSubject & { readonly view: string }) {
  const { outline, settings } = subject;
  const { a, b } = settings;
  // Of which training A and B are, they say themselves.
  const isSide = (side: string): boolean =>
    side === '' || outline.checkpoints.some(({ label }) => label === side);
  const isOfSides = view === 'compare' && ((a !== '' && b !== '') || !isSide(a) || !isSide(b));
  const isOfAll = ALWAYS_ALL.has(view) || isOfSides;
  return (
    <div class="controls">
      <Trainings
        {...subject}
        outline={isOfAll ? { ...outline, runs: [] } : outline}
        all={ALL_RUNS.has(view)}
      />
      {view !== 'sql' && <DefinitionChoice definition={outline.definition} />}
    </div>
  );
}

/** Which of several trainings the views show, and what is in none. */
function Trainings({
  all,
  ...subject
}: ViewSubject & {
  /** The view shows all of them where none is chosen. */
  readonly all: boolean;
}) {
  const { runs, run, problem, apart } = subject.outline;
  const chosen = subject.settings.run;
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
            choose={(next) => void chooseTraining(subject, next)}
            {...(all ? { none: 'all' } : run === null && { none: 'none' })}
          />
          {!all && chosen === '' && run !== null && (
            <span class="note">this view is of one: the first, until another is chosen</span>
          )}
        </Filters>
      )}
      {apart !== '' && <p class="note">{apart}</p>}
    </>
  );
}
