import type { BoardReply, NoteChange, SweepAction, VersionedNotes } from '@unitscope/dashboard';
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { errorOf, loadJson, RemoteError, type Remote } from './remote-data.js';

const WHILE_RUNNING_MS = 1000;
const WHILE_RESTING_MS = 3000;

export interface Board extends Remote<BoardReply> {
  /** Tells the engine of a sweep to do something, and looks again. */
  readonly act: (sweep: string, action: SweepAction) => Promise<void>;
  /** Changes what people wrote of a sweep, and looks again. */
  readonly write: (sweep: string, change: NoteChange) => Promise<VersionedNotes>;
}

/** The sweeps and how far they are, asked again and again while the page is looked at. */
export function useBoardPolling(): Board {
  const [remote, setRemote] = useState<Remote<BoardReply>>({ data: null, error: null, loading: true });
  const latest = useRef<BoardReply | null>(null);
  const look = useCallback(async (): Promise<void> => {
    try {
      latest.current = await loadJson<BoardReply>('/api/sweeps');
      setRemote({ data: latest.current, error: null, loading: false });
    } catch (error) {
      const told = error instanceof RemoteError ? error : new RemoteError('FAILED', String(error));
      setRemote({ data: latest.current, error: told, loading: false });
    }
  }, []);
  useEffect(() => {
    let timer = 0;
    let over = false;
    const again = async (): Promise<void> => {
      if (!document.hidden) await look();
      if (over) return;
      const running = latest.current?.sweeps.some(({ engine }) => engine !== null) ?? false;
      timer = window.setTimeout(() => void again(), running ? WHILE_RUNNING_MS : WHILE_RESTING_MS);
    };
    const onVisible = (): void => void (document.hidden || look());
    document.addEventListener('visibilitychange', onVisible);
    void again();
    return () => {
      over = true;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [look]);
  const post = useCallback(async (sweep: string, what: string, body?: NoteChange): Promise<Response> => {
    const response = await fetch(`/api/sweeps/${encodeURIComponent(sweep)}/${what}`, {
      method: 'POST',
      headers: {
        'x-unitscope-action': latest.current?.action ?? '',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }, []);
  const act = useCallback(
    async (sweep: string, action: SweepAction): Promise<void> => {
      await post(sweep, action);
      await look();
    },
    [look],
  );
  const write = useCallback(
    async (sweep: string, change: NoteChange): Promise<VersionedNotes> => {
      const response = await post(sweep, 'notes', change);
      void look();
      return (await response.json()) as VersionedNotes;
    },
    [look],
  );
  return { ...remote, act, write };
}

export const BoardContext = createContext<Board>({
  data: null,
  error: null,
  loading: true,
  act: () => Promise.resolve(),
  write: () => Promise.reject(new RemoteError('UNREACHABLE', 'there is no board yet')),
});

export function useBoard(): Board {
  return useContext(BoardContext);
}
