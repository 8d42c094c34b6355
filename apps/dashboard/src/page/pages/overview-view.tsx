import type { ComponentChildren } from 'preact';
import { sweepPath } from '../address.js';
import { counted } from '../figures.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { LayersTable } from '../parts/layers-table.js';
import { Loaded } from '../parts/notices.js';
import { TrendFigure } from '../parts/trend-figure.js';
import { verdictOf } from '../parts/verdict.js';
import { loadRows, useRemote, type Remote, type Rows } from '../remote-data.js';
import type { DeadRow, LayerDifferenceRow, LayerRow, SettingRow, TrendRow } from '../rows.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

/** The first look: what one asks of a sweep, answered, and the chart below. */
export function OverviewView(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  const query = lasting(settings);
  const [first, last] = [outline.checkpoints[0]?.label ?? '', outline.checkpoints.at(-1)?.label ?? ''];
  const several = outline.checkpoints.length > 1;
  const url = (view: string, more = {}): string => viewUrl(sweep, view, { ...query, ...more });
  const trend = useRemote<Rows<TrendRow>>(url('trend'), loadRows, revision);
  const layers = useRemote<Rows<LayerRow>>(url('layers'), loadRows, revision);
  const ranked = useRemote<Rows<SettingRow>>(url('generalisation'), loadRows, revision);
  const compared = useRemote<Rows<LayerDifferenceRow>>(
    several ? url('compare-layers', { a: first, b: last }) : null,
    loadRows,
    revision,
  );
  const dead = useRemote<Rows<DeadRow>>(several ? url('died') : null, loadRows, revision);
  return (
    <>
      <div class="answers">
        {several && (
          <Answer
            question="Which layer learned last?"
            remote={layers}
            more={sweepPath(sweep, 'trend', query)}
          >
            {lastToSettle}
          </Answer>
        )}
        {several && (
          <Answer
            question="Which units died?"
            remote={dead}
            more={sweepPath(sweep, 'heatmap', { ...query, order: 'moved' })}
          >
            {whoDied}
          </Answer>
        )}
        {several && (
          <Answer
            question={`What changed from ${first} to ${last}, and how sure is that?`}
            remote={compared}
            more={sweepPath(sweep, 'compare', { ...query, a: first, b: last })}
          >
            {verdictOf}
          </Answer>
        )}
        <Answer
          question="What generalises best?"
          remote={ranked}
          more={sweepPath(sweep, 'depth', { ...query, relative: 'yes' })}
        >
          {bestOf}
        </Answer>
      </div>
      <Loaded remote={trend} what="the trend">
        {(found) => <TrendFigure sweep={sweep} trend={found} />}
      </Loaded>
      <Loaded remote={layers} what="the layers">
        {(found) => <LayersTable layers={found} />}
      </Loaded>
      {several && (
        <section id="died">
          <h2>Units that died</h2>
          <Loaded remote={dead} what="the units that died">
            {(found) => (
              <DataTable
                caption="Units that died"
                columns={deadColumns(props)}
                rows={found.rows}
                most={15}
                empty={`No unit that was once sensitive stopped being so at ${found.notes.get('last') ?? 'the last checkpoint'}.`}
              />
            )}
          </Loaded>
        </section>
      )}
    </>
  );
}

interface AnswerProps<T> {
  readonly question: string;
  readonly remote: Remote<T>;
  readonly more: string;
  readonly children: (data: T) => ComponentChildren;
}

function Answer<T>({ question, remote, more, children }: AnswerProps<T>) {
  return (
    <section class="answer" data-question={question}>
      <h2>{question}</h2>
      <Loaded remote={remote} what="the answer">
        {(data) => <p>{children(data)}</p>}
      </Loaded>
      <a href={more}>
        Look closer<span class="visually-hidden">: {question}</span>
      </a>
    </section>
  );
}

function lastToSettle({ rows }: Rows<LayerRow>): ComponentChildren {
  const settled = rows.filter(({ settled_at: at }) => at !== null);
  const latest = settled.reduce((most, { settled_at: at }) => Math.max(most, at ?? 0), -1);
  const last = settled.filter(({ settled_at: at }) => at === latest);
  if (last.length === 0) return 'No layer settled before the last checkpoint.';
  const others = settled.filter(({ settled_at: at }) => at !== latest);
  return (
    <>
      <strong>{last.map(({ layer }) => layer).join(', ')}</strong>: H settled at {last[0]?.settled}.
      {others.length > 0 &&
        ` Before: ${others
          .slice(0, 5)
          .map(({ layer, settled: at }) => `${layer} at ${at ?? ''}`)
          .join(', ')}${others.length > 5 ? ' …' : ''}.`}
    </>
  );
}

function whoDied({ rows, notes, total }: Rows<DeadRow>): ComponentChildren {
  const ever = Number(notes.get('ever') ?? 0);
  if (total === 0) {
    return (
      <>
        <strong>None</strong> of the {counted(ever, 'unit')} that were ever sensitive.
      </>
    );
  }
  const byLayer = new Map<string, number>();
  for (const { layer } of rows) byLayer.set(layer, (byLayer.get(layer) ?? 0) + 1);
  const most = [...byLayer].sort(([, a], [, b]) => b - a).slice(0, 4);
  return (
    <>
      <strong>{total}</strong> of {counted(ever, 'unit')}:{' '}
      {most.map(([layer, count]) => `${count} in ${layer}`).join(', ')}
      {byLayer.size > most.length ? ' …' : ''}. They are listed below.
    </>
  );
}

function bestOf({ notes }: Rows<SettingRow>): ComponentChildren {
  return notes.get('words') ?? '';
}

function deadColumns({ sweep, settings }: ViewProps): TableColumn<DeadRow>[] {
  return [
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    {
      name: 'unit',
      label: 'unit',
      value: ({ unit }) => unit,
      show: ({ layer, unit, last_alive: checkpoint }) => (
        <a href={sweepPath(sweep, 'unit', { ...lasting(settings), layer, unit, checkpoint })}>{unit}</a>
      ),
      number: true,
    },
    { name: 'last_alive', label: 'last sensitive at', value: (row) => row.last_alive },
    {
      name: 'checkpoints_alive',
      label: 'checkpoints sensitive',
      value: (row) => row.checkpoints_alive,
      number: true,
    },
  ];
}
