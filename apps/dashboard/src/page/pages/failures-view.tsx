import { DataTable, type TableColumn } from '../parts/data-table.js';
import { Loaded } from '../parts/notices.js';
import { loadJson, useRemote } from '../remote-data.js';
import type { FailureRow } from '@unitscope/dashboard';

const COLUMNS: readonly TableColumn<FailureRow>[] = [
  { name: 'checkpoint', label: 'checkpoint', value: ({ checkpoint }) => checkpoint },
  { name: 'layer', label: 'layer', value: ({ layer }) => layer, show: ({ layer }) => layer ?? 'all' },
  {
    name: 'category',
    label: 'category',
    value: ({ category }) => category,
    show: ({ category }) => category ?? 'all',
  },
  { name: 'task', label: 'task', value: ({ task }) => task },
  { name: 'attempts', label: 'attempts', value: ({ attempts }) => attempts, number: true },
  { name: 'code', label: 'code', value: ({ code }) => code, show: ({ code }) => <code>{code}</code> },
  {
    name: 'message',
    label: 'cause',
    value: ({ message }) => message,
    show: ({ message }) => <span class="cause">{message}</span>,
  },
];

interface Props {
  readonly sweep: string;
  readonly revision: string;
}

/** Tasks that were set aside, and why. They are there before any result is. */
export function FailuresView({ sweep, revision }: Props) {
  const failures = useRemote<FailureRow[]>(
    `/api/sweeps/${encodeURIComponent(sweep)}/failures`,
    loadJson,
    revision,
  );
  return (
    <section>
      <h2>Failed tasks</h2>
      <Loaded remote={failures} what="the failures">
        {(rows) => (
          <DataTable
            caption="Failed tasks"
            columns={COLUMNS}
            rows={rows}
            empty="No task of this sweep failed."
          />
        )}
      </Loaded>
    </section>
  );
}
