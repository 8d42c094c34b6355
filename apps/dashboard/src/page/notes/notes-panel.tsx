import type { VersionedNotes } from '@unitscope/dashboard';
import { useState } from 'preact/hooks';
import { sweepPath } from '../address.js';
import { counted } from '../figures.js';
import { Loaded } from '../parts/notices.js';
import { AnnotationList } from './annotations.js';
import { LineForm } from './line-form.js';
import { Refused } from './refused.js';
import { SavedViews } from './saved-views.js';
import { isBegun, sweepPlace, useDraft } from './use-draft.js';
import { useAttempt, useNotes, type SweepNotes } from './use-notes.js';

/** Tags, notes, saved views and annotations of a sweep, folded away until they are wanted or something of them was begun. */
export function NotesPanel({ sweep }: { readonly sweep: string }) {
  const notes = useNotes(sweep);
  const { data } = notes;
  const [isOpen] = useState(() => isBegun(sweep));
  return (
    <details class="notes" open={isOpen}>
      <summary>
        Tags, notes and views
        {data !== null && <span class="note">{summaryOf(data)}</span>}
      </summary>
      <Loaded remote={notes} what="the notes">
        {(found) => (
          <div class="notes-parts">
            <Tags notes={notes} tags={found.tags} sweep={sweep} />
            <NotesText notes={notes} text={found.notes} sweep={sweep} />
            <SavedViews notes={notes} views={found.views} sweep={sweep} />
            <section aria-label="Annotations of the sweep">
              <h2>Annotations</h2>
              {found.annotations.length === 0 && (
                <p class="note">
                  None yet. The page of a <a href={sweepPath(sweep, 'unit')}>unit</a> takes them.
                </p>
              )}
              <AnnotationList sweep={sweep} notes={notes} annotations={found.annotations} />
            </section>
          </div>
        )}
      </Loaded>
    </details>
  );
}

function summaryOf({ tags, notes, views, annotations }: VersionedNotes): string {
  const parts = [
    ...(tags.length > 0 ? [tags.join(', ')] : []),
    ...(notes === '' ? [] : ['notes']),
    ...(views.length > 0 ? [counted(views.length, 'view')] : []),
    ...(annotations.length > 0 ? [counted(annotations.length, 'annotation')] : []),
  ];
  return parts.length === 0 ? '' : `: ${parts.join(' · ')}`;
}

interface PartProps {
  readonly sweep: string;
  readonly notes: SweepNotes;
}

function Tags({ notes, tags, sweep }: PartProps & { readonly tags: readonly string[] }) {
  const { refused, busy, attempt } = useAttempt();
  return (
    <section aria-label={`Tags of ${sweep}`}>
      <h2>Tags</h2>
      <ul class="tags">
        {tags.map((tag) => (
          <li key={tag} class="tag">
            {tag}
            <button
              type="button"
              aria-label={`Remove the tag ${tag}`}
              disabled={busy}
              onClick={() => void attempt(() => notes.change({ kind: 'remove-tag', tag }))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <LineForm
        place={sweepPlace('tag', sweep)}
        label="New tag"
        most={40}
        button="Add tag"
        busy={busy}
        take={(tag) => attempt(() => notes.change({ kind: 'add-tag', tag }))}
      />
      <Refused text={refused} />
    </section>
  );
}

function NotesText({ notes, text, sweep }: PartProps & { readonly text: string }) {
  const [draft, setDraft] = useDraft<{ readonly text: string; readonly before: string }>(
    sweepPlace('notes', sweep),
  );
  const { refused, busy, attempt } = useAttempt();
  const save = async (): Promise<void> => {
    if (draft === null) return;
    const change = { kind: 'write-notes', notes: draft.text, before: draft.before } as const;
    if (await attempt(() => notes.change(change))) setDraft(null);
  };
  return (
    <section aria-label={`Notes of ${sweep}`}>
      <h2>Notes</h2>
      <textarea
        aria-label="Notes"
        rows={4}
        maxLength={4000}
        value={draft?.text ?? text}
        onInput={({ currentTarget: { value } }) =>
          setDraft(value === text ? null : { text: value, before: draft?.before ?? text })
        }
      />
      <p class="row">
        <button type="button" disabled={busy || draft === null} onClick={() => void save()}>
          Save notes
        </button>
        {draft !== null && (
          <button type="button" class="quiet" onClick={() => setDraft(null)}>
            Discard
          </button>
        )}
      </p>
      <Refused text={refused} />
    </section>
  );
}
