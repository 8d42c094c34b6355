import type { ComponentChildren } from 'preact';
import { useDraft } from './use-draft.js';

interface Props {
  /** What the line is written for, told apart from all others. */
  readonly place: string;
  /** What the line is called. */
  readonly label: string;
  readonly most: number;
  /** What the button does. */
  readonly button: string;
  readonly busy: boolean;
  /** Takes the line; whether it went through, and the line is empty again. */
  readonly take: (text: string) => Promise<boolean>;
  /** Before the line. */
  readonly children?: ComponentChildren;
}

/** One line to write, and a button. Of a line without a letter nothing comes. */
export function LineForm({ place, label, most, button, busy, take, children }: Props) {
  const [draft, write] = useDraft<string>(place);
  const text = draft ?? '';
  const submit = async (): Promise<void> => {
    if (draft !== null && (await take(draft))) write(null);
  };
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {children}
      <input
        type="text"
        aria-label={label}
        maxLength={most}
        value={text}
        onInput={({ currentTarget: { value } }) => write(value.trim() === '' ? null : value)}
      />
      <button type="submit" disabled={busy}>
        {button}
      </button>
    </form>
  );
}
