import type { SavedView } from '@unitscope/dashboard';
import { LineForm } from './line-form.js';
import { sweepPlace } from './use-draft.js';
import { Refused } from './refused.js';
import { useAttempt, type SweepNotes } from './use-notes.js';

interface Props {
  readonly sweep: string;
  readonly notes: SweepNotes;
  readonly views: readonly SavedView[];
}

/** Addresses of the page under names: what one looks at now is saved, and opened again by anybody. */
export function SavedViews({ sweep, notes, views }: Props) {
  const { refused, busy, attempt } = useAttempt();
  const save = (name: string): Promise<boolean> => {
    const { pathname, search } = window.location;
    return attempt(() => notes.change({ kind: 'save-view', name, address: pathname + search }));
  };
  return (
    <section aria-label={`Saved views of ${sweep}`}>
      <h2>Saved views</h2>
      <ul class="views">
        {views.map((view) => (
          <li key={view.name}>
            <a href={view.address}>{view.name}</a>
            <button
              type="button"
              class="quiet"
              disabled={busy}
              onClick={() => void attempt(() => notes.change({ kind: 'delete-view', name: view.name }))}
            >
              Delete<span class="visually-hidden"> the view {view.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <LineForm
        place={sweepPlace('view', sweep)}
        label="Name of this view"
        most={100}
        button="Save this view"
        busy={busy}
        take={save}
      />
      <Refused text={refused} />
    </section>
  );
}
