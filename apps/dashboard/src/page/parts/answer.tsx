import { heldOutName, QUESTIONS, type SettingNotes, type SettingRow } from '@unitscope/plots';
import type { ComponentChildren } from 'preact';
import { sweepPath } from '../address.js';
import { loadRows, useRemote, type Remote, type Rows } from '../remote-data.js';
import { scopeWords } from '../scope-words.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';
import { Loaded } from './notices.js';

interface AnswerProps<T> {
  readonly question: string;
  readonly remote: Remote<T>;
  /** Where more of it is; null: nowhere. */
  readonly more: string | null;
  /** Of which layers and categories it is, where the page is filtered by them. */
  readonly scope?: string;
  /** What a word of the answer means. */
  readonly meaning?: string;
  readonly children: (data: T) => ComponentChildren;
}

/** A question that one has first, and its answer in words. */
export function Answer<T>({ question, remote, more, scope = '', meaning, children }: AnswerProps<T>) {
  return (
    <section class="answer" data-question={question}>
      <h2>{question}</h2>
      <Loaded remote={remote} what="the answer">
        {(data) => <p>{children(data)}</p>}
      </Loaded>
      {scope !== '' && <p class="note">{scope}</p>}
      {meaning !== undefined && <p class="note">{meaning}</p>}
      {more !== null && (
        <a href={more}>
          Look closer<span class="visually-hidden">: {question}</span>
        </a>
      )}
    </section>
  );
}

/** Which checkpoints generalize best, of all trainings; more of it is what they reach on held-out images, where that is known. */
export function BestAnswer({ sweep, outline, settings, revision }: ViewProps) {
  const against = outline.problem === null ? heldOutName(outline.numbers) : null;
  const query = lasting(settings);
  const ranked = useRemote<Rows<SettingRow, SettingNotes>>(
    viewUrl(sweep, 'generalization', query),
    loadRows,
    revision,
  );
  return (
    <Answer
      question={QUESTIONS.best}
      remote={ranked}
      scope={scopeWords(settings, { layer: false, category: false })}
      more={against === null ? null : sweepPath(sweep, 'trend', { ...query, against })}
    >
      {bestOf}
    </Answer>
  );
}

function bestOf({ notes }: Rows<SettingRow, SettingNotes>): ComponentChildren {
  return notes.words;
}
