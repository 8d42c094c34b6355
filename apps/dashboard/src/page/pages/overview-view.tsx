import type { ComponentChildren } from 'preact';
import {
  QUESTIONS,
  seenWords,
  settledAnswer,
  SETTLED_MEANS,
  tickNames,
  verdictOf,
  type ChangedRow,
  type DeadRow,
  type DeadRows,
  type LayerDifferenceRows,
  type LayerRows,
  type SpreadRows,
  type TrendRows,
} from '@unitscope/plots';
import { endsOf } from '../../server/overview-questions.js';
import { sweepPath } from '../address.js';
import { counted } from '../figures.js';
import { Answer, BestAnswer } from '../parts/answer.js';
import { DepthFigure } from '../parts/depth-figure.js';
import { SpreadFigure } from '../parts/spread-figure.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { CategoryChoice, Filters, ThresholdSlider } from '../parts/filters.js';
import { LayersTable } from '../parts/layers-table.js';
import { Loaded } from '../parts/notices.js';
import { TrendFigure } from '../parts/trend-figure.js';
import { changedColumns } from '../parts/unit-columns.js';
import { loadRows, useRemote, type Answer as Found, type Remote, type Rows } from '../remote-data.js';
import { scopeWords } from '../scope-words.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';
import { trainingUrls } from './overview-urls.js';
import { AllTrainings } from './all-trainings.js';

/** The first look: of one training, or of all of them together. */
export function OverviewView(props: ViewProps) {
  const { outline, settings } = props;
  if (outline.problem === null && outline.runs.length > 1 && settings.run === '')
    return <AllTrainings {...props} />;
  return (
    <>
      <Filters>
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      {outline.problem === null ? <OneTraining {...props} /> : <NoTraining {...props} />}
    </>
  );
}

/** Longer labels lose in a sentence what both ends of a training share. */
const LONG_LABEL = 20;

const CHANGE_HINT =
  'Died: once sensitive, not at the last checkpoint. Awoke: at the last one, not at the first';

/** Checkpoints that are in no training: each by itself, none before or after another. */
function NoTraining(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const trend = useRemote<Found<TrendRows>>(viewUrl(sweep, 'trend', lasting(settings)), loadRows, revision);
  return (
    <>
      <div class="answers">
        <BestAnswer {...props} />
      </div>
      <DepthAndSpread {...props} trend={trend} />
    </>
  );
}

/** What one asks of a training, answered, and the chart below. */
function OneTraining(props: ViewProps) {
  const { sweep, outline, revision } = props;
  const several = outline.checkpoints.length > 1;
  const urls = trainingUrls(props);
  const trend = useRemote<Found<TrendRows>>(urls.trend, loadRows, revision);
  const layers = useRemote<Found<LayerRows>>(urls.layers, loadRows, revision);
  const compared = useRemote<Found<LayerDifferenceRows>>(several ? urls.compared : null, loadRows, revision);
  const dead = useRemote<Found<DeadRows>>(several ? urls.dead : null, loadRows, revision);
  const changed = useRemote<Rows<ChangedRow, unknown>>(several ? urls.changed : null, loadRows, revision);
  return (
    <>
      <Answers {...props} layers={layers} dead={dead} compared={compared} />
      {several ? (
        <Loaded remote={trend} what="the trend">
          {(found) => <TrendFigure sweep={sweep} trend={found} />}
        </Loaded>
      ) : (
        <DepthAndSpread {...props} trend={trend} />
      )}
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
                columns={deadColumns(props, seenWords(found.notes) !== '')}
                rows={found.rows}
                total={found.total}
                most={15}
                empty={`No unit that was once sensitive stopped being so at ${found.notes.last}.`}
              />
            )}
          </Loaded>
          <h2>Units that died or awoke, by category</h2>
          <Loaded remote={changed} what="the units that died or awoke">
            {(found) => (
              <DataTable
                caption="Units that died or awoke, by category"
                columns={changedColumns<ChangedRow>(props, CHANGE_HINT)}
                rows={found.rows}
                total={found.total}
                most={15}
                empty="None in any category."
              />
            )}
          </Loaded>
        </section>
      )}
    </>
  );
}

interface AnswersProps extends ViewProps {
  readonly layers: Remote<Found<LayerRows>>;
  readonly dead: Remote<Found<DeadRows>>;
  readonly compared: Remote<Found<LayerDifferenceRows>>;
}

/** What one asks of a training. */
function Answers({ layers, dead, compared, ...props }: AnswersProps) {
  const { sweep, outline, settings } = props;
  const query = lasting(settings);
  const scope = scopeWords(settings, { layer: false, category: true });
  const [first, last] = endsOf(outline);
  const short = tickNames([first, last], LONG_LABEL);
  const [a, b] = [short.get(first) ?? first, short.get(last) ?? last];
  const several = outline.checkpoints.length > 1;
  return (
    <div class="answers">
      {outline.settles && (
        <Answer
          question={QUESTIONS.settled}
          remote={layers}
          more="#layers"
          scope={scope}
          meaning={SETTLED_MEANS}
        >
          {settledAnswer}
        </Answer>
      )}
      {several && (
        <Answer
          question={QUESTIONS.died}
          remote={dead}
          more={sweepPath(sweep, 'heatmap', query)}
          scope={scope}
        >
          {whoDied}
        </Answer>
      )}
      {several && (
        <Answer
          question={QUESTIONS.changed(a, b)}
          remote={compared}
          scope={scope}
          more={sweepPath(sweep, 'compare', { ...query, a: first, b: last })}
        >
          {({ rows, notes }) => verdictOf({ rows, notes: { ...notes, a, b } })}
        </Answer>
      )}
      {(several || outline.runs.length > 1) && <BestAnswer {...props} />}
    </div>
  );
}

/** Where there is no trend: the layers by depth, and how their units are spread. */
function DepthAndSpread(props: ViewProps & { readonly trend: Remote<Found<TrendRows>> }) {
  const { sweep, settings, revision, trend } = props;
  const spreads = useRemote<Found<SpreadRows>>(
    viewUrl(sweep, 'distribution', lasting(settings)),
    loadRows,
    revision,
  );
  return (
    <>
      <Loaded remote={trend} what="the layers">
        {(found) => <DepthFigure sweep={sweep} trend={found} relative={false} checkpoint="" />}
      </Loaded>
      <Loaded remote={spreads} what="the units">
        {(found) => <SpreadFigure sweep={sweep} spreads={found} />}
      </Loaded>
    </>
  );
}

function whoDied({ rows, notes, total }: Found<DeadRows>): ComponentChildren {
  const { ever } = notes;
  if (total === 0) {
    return (
      <>
        <strong>None</strong> of the {counted(ever, 'unit')} that were ever sensitive.{seenWords(notes)}
      </>
    );
  }
  const byLayer = new Map<string, number>();
  for (const { layer } of rows) byLayer.set(layer, (byLayer.get(layer) ?? 0) + 1);
  const most = [...byLayer].sort(([, a], [, b]) => b - a).slice(0, 4);
  const names = tickNames([...byLayer.keys()], 32);
  return (
    <>
      <strong>{total}</strong> of {counted(ever, 'unit')} that were ever sensitive:{' '}
      {most.map(([layer, count]) => `${count} in ${names.get(layer) ?? layer}`).join(', ')}
      {byLayer.size > most.length ? ' …' : ''}. They are listed below.{seenWords(notes)}
    </>
  );
}

/** `seen`: only some checkpoints were looked at, and a unit may have been sensitive between them. */
function deadColumns({ sweep, settings }: ViewProps, seen: boolean): TableColumn<DeadRow>[] {
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
    {
      name: 'last_alive',
      label: seen ? 'last seen sensitive at' : 'last sensitive at',
      value: (row) => row.last_alive,
    },
    {
      name: 'checkpoints_alive',
      label: seen ? 'checkpoints seen sensitive' : 'checkpoints sensitive',
      value: (row) => row.checkpoints_alive,
      number: true,
    },
  ];
}
