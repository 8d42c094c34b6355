import type { LayerRows, TrendRows } from '@unitscope/plots';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { AgainstChoice, CategoryChoice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { LayersTable } from '../parts/layers-table.js';
import { ChangedUnits, useChanges } from '../parts/changed-units.js';
import { useSteps } from '../parts/steps-brush.js';
import { TrainingsPanel, useTrainings } from '../parts/trainings-panel.js';
import { TrendFigure } from '../parts/trend-figure.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { lasting, ofLayers, viewUrl, type ViewProps } from '../settings.js';

/** Every layer over the checkpoints of a training, or over all trainings. */
export function TrendView(props: ViewProps) {
  const { outline, settings } = props;
  return outline.runs.length > 1 && settings.run === '' ? (
    <TrainingsTrend {...props} />
  ) : (
    <TrainingTrend {...props} />
  );
}

function TrainingTrend(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  const query = { ...lasting(settings), against: settings.against };
  const { steps } = useSteps();
  const isOne = outline.checkpoints.length === 1;
  const trend = useRemote<Answer<TrendRows>>(
    isOne ? null : viewUrl(sweep, 'trend', { ...query, stepFrom: steps?.from, stepTo: steps?.to }),
    loadRows,
    revision,
  );
  const layers = useRemote<Answer<LayerRows>>(viewUrl(sweep, 'layers', query), loadRows, revision);
  return (
    <>
      <Filters>
        <LayerChoice {...props} none="all" />
        <CategoryChoice {...props} />
        <AgainstChoice {...props} label="Against" />
        <ThresholdSlider {...props} />
      </Filters>
      {isOne ? (
        <EmptyNotice title="One checkpoint has results: nothing changes over one yet" />
      ) : (
        <Loaded remote={trend} what="the trend">
          {(found) => <TrendFigure sweep={sweep} trend={found} layers={settings.layers} />}
        </Loaded>
      )}
      {/* What is wrong with both is said once. */}
      {outline.problem === null && (isOne || trend.error === null) && (
        <Loaded remote={layers} what="the layers">
          {(found) => <LayersTable layers={{ ...found, rows: ofLayers(found.rows, settings) }} />}
        </Loaded>
      )}
    </>
  );
}

function TrainingsTrend(props: ViewProps) {
  return (
    <>
      <TrainingsPanel {...props} found={useTrainings(props)} />
      <ChangedUnits {...props} changes={useChanges(props)} />
    </>
  );
}
