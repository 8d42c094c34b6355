import type { TrainingsAnswer } from '@unitscope/dashboard';
import { SETTLED_MEANS } from '@unitscope/plots';
import { sweepPath } from '../address.js';
import { lasting, type ViewProps } from '../settings.js';
import { DataTable, type TableColumn } from './data-table.js';

type Settling = TrainingsAnswer['settling'][number];

/** When each layer settled in each training; nothing where no training tells it. */
export function LayersSettling({ answer, ...props }: ViewProps & { readonly answer: TrainingsAnswer }) {
  const { settling, axis } = answer;
  if (settling.length === 0) return null;
  return (
    <section id="settled">
      <h2>When the layers settled</h2>
      <DataTable
        caption="When the layers settled, by training"
        columns={columnsOf(props, axis ?? 'place')}
        rows={settling}
        most={40}
      />
      <p class="note">{SETTLED_MEANS} A layer that has not settled may still be learning.</p>
    </section>
  );
}

function columnsOf({ sweep, settings }: ViewProps, axis: string): TableColumn<Settling>[] {
  return [
    {
      name: 'training',
      label: 'training',
      value: ({ run }) => run,
      show: ({ run }) => (
        <a href={sweepPath(sweep, 'trend', { ...lasting(settings), run: run ?? '' })}>{run}</a>
      ),
    },
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    {
      name: 'settled',
      label: `settled at ${axis}`,
      value: ({ settledStep }) => settledStep,
      show: ({ settledStep }) => settledStep ?? 'not settled',
      number: true,
    },
    { name: 'checkpoint', label: 'checkpoint', value: ({ settled }) => settled },
  ];
}
