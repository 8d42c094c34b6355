import type { NoteChange, VersionedNotes } from '@unitscope/dashboard';
import { useState } from 'preact/hooks';
import { useBoard } from '../board.js';
import { loadJson, useRemote, type Remote } from '../remote-data.js';

export interface SweepNotes extends Remote<VersionedNotes> {
  /** Makes one change; throws RemoteError where it is refused. */
  readonly change: (change: NoteChange) => Promise<void>;
}

/** What people wrote of a sweep; read again when somebody else has written. */
export function useNotes(sweep: string): SweepNotes {
  const { data: board, write } = useBoard();
  const version = board?.sweeps.find(({ name }) => name === sweep)?.notesVersion ?? 0;
  const [written, setWritten] = useState<VersionedNotes | null>(null);
  const remote = useRemote<VersionedNotes>(
    `/api/sweeps/${encodeURIComponent(sweep)}/notes`,
    loadJson,
    version,
  );
  // What was written here shows at once; the board tells of others'.
  const latest = written !== null && written.version >= (remote.data?.version ?? 0) ? written : remote.data;
  return {
    ...remote,
    data: latest,
    loading: latest === null && remote.loading,
    change: async (change) => setWritten(await write(sweep, change)),
  };
}

/** Runs a change, and holds why it was refused. */
export function useAttempt(): {
  readonly refused: string | null;
  readonly busy: boolean;
  /** Whether it went through. */
  readonly attempt: (work: () => Promise<void>) => Promise<boolean>;
} {
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      setRefused(null);
      return true;
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { refused, busy, attempt };
}
