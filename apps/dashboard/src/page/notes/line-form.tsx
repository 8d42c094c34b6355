import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useUnsaved } from './use-unsaved.js';

interface Props {
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
export function LineForm({ label, most, button, busy, take, children }: Props) {
  const [text, setText] = useState('');
  useUnsaved(text.trim() !== '');
  const submit = async (): Promise<void> => {
    if (text.trim() !== '' && (await take(text))) setText('');
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
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" disabled={busy}>
        {button}
      </button>
    </form>
  );
}
