import type { SavedView } from '@unitscope/dashboard';
import { useState } from 'preact/hooks';
import { useAddress } from '../address.js';
import { Refused } from './refused.js';
import { useAttempt, type SweepNotes } from './use-notes.js';

interface Props {
  readonly sweep: string;
  readonly notes: SweepNotes;
  readonly views: readonly SavedView[];
}

/** Addresses of the page under names: what one looks at now is saved, and opened again by anybody. */
export function SavedViews({ sweep, notes, views }: Props) {
  const [name, setName] = useState('');
  const { refused, busy, attempt } = useAttempt();
  useAddress(); // the address that is saved is that of now
  const save = async (): Promise<void> => {
    if (name.trim() === '') return;
    const { pathname, search } = window.location;
    const change = { kind: 'save-view', name, address: pathname + search } as const;
    if (await attempt(() => notes.change(change))) setName('');
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
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <input
          type="text"
          aria-label="Name of this view"
          maxLength={100}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" disabled={busy}>
          Save this view
        </button>
      </form>
      <Refused text={refused} />
    </section>
  );
}
