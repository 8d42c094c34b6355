import type { SweepAction, SweepCard } from '@unitscope/dashboard';
import { useState } from 'preact/hooks';
import { useBoard } from '../board.js';

const WORDS: Readonly<
  Record<SweepAction, { readonly label: string; readonly hint: string; readonly told: string }>
> = {
  pause: { label: 'Pause', hint: 'What is done is kept', told: 'asked to pause' },
  resume: { label: 'Resume', hint: 'Go on from what is done', told: 'goes on' },
  cancel: { label: 'Cancel', hint: 'End it; what is done is kept', told: 'asked to end' },
  retry: { label: 'Retry failed', hint: 'Do again what failed', told: 'tries again' },
};

/** What can be done about a sweep, as its engine allows. */
export function SweepActions({ card }: { readonly card: SweepCard }) {
  const { act } = useBoard();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<{ readonly text: string; readonly failed: boolean } | null>(null);
  const run = async (action: SweepAction): Promise<void> => {
    setBusy(true);
    try {
      await act(card.name, action);
      setAnswer({ text: WORDS[action].told, failed: false });
    } catch (error) {
      setAnswer({ text: error instanceof Error ? error.message : String(error), failed: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <span class="actions">
      {card.actions.map((action) => (
        <button
          key={action}
          type="button"
          disabled={busy}
          title={WORDS[action].hint}
          onClick={() => void run(action)}
        >
          {WORDS[action].label}
          <span class="visually-hidden"> {card.name}</span>
        </button>
      ))}
      <span role="status" class={answer?.failed === true ? 'failed-text' : 'note'}>
        {answer?.text ?? ''}
      </span>
    </span>
  );
}
