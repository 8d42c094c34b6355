import { drawnLayers, trendChart, trendModel, type TrendRow, type TrendRows } from '@unitscope/plots';
import { useMemo } from 'preact/hooks';
import { useDefinition } from '../definition.js';
import { figure, shownCheckpoints } from '../figures.js';
import type { Answer } from '../remote-data.js';
import { ofLayers } from '../settings.js';
import { ChartFigure } from './chart-figure.js';
import type { TableColumn } from './data-table.js';
import { useSteps } from './steps-brush.js';

const columnsOf = (against: string | null): readonly TableColumn<TrendRow>[] => [
  { name: 'layer', label: 'layer', value: ({ layer }) => layer },
  { name: 'checkpoint', label: 'checkpoint', value: ({ checkpoint }) => checkpoint },
  { name: 'step', label: 'step', value: ({ step }) => step, number: true },
  number('entropy', 'H'),
  number('low', '95 % from'),
  number('high', 'to'),
  number('relative', 'H / noise'),
  number('selective_rate', 'ε'),
  number('against', against ?? 'column'),
];

function number(
  name: keyof TrendRow & ('entropy' | 'low' | 'high' | 'relative' | 'selective_rate' | 'against'),
  label: string,
): TableColumn<TrendRow> {
  return { name, label, value: (row) => row[name], show: (row) => figure(row[name]), number: true };
}

/** What bands are over; of checkpoints that nothing places none is drawn. */
function bandWords({ notes }: TrendRows): string {
  return notes.axis === null
    ? 'one point each, in no order.'
    : 'bands are 95 % bootstrap intervals over units; one training: no interval over trainings.';
}

/** How many layers of how many have a line, where that is not all. */
function layersWords(rows: readonly TrendRow[]): string {
  const { drawn, all } = drawnLayers(rows);
  return drawn.length === all ? '' : ` ${drawn.length} of ${all} layers are drawn.`;
}

interface Props {
  readonly sweep: string;
  readonly trend: Answer<TrendRows>;
  /** Those that are drawn; none: all. Left out: all, and nothing is brushed. */
  readonly layers?: readonly string[];
}

/** The trend chart of a sweep and its numbers; a brush chooses the steps that it shows. */
export function TrendFigure({ sweep, trend: all, layers }: Props) {
  const definition = useDefinition();
  const { brush } = useSteps();
  const trend = useMemo(
    () => ({ ...all, rows: ofLayers(all.rows, { layers: layers ?? [] }) }),
    [all, layers?.join('\n')],
  );
  return (
    <ChartFigure
      title="Entropy over the checkpoints"
      note={`${definition.name}, mean over ${definition.over}, by layer; ${bandWords(trend)} ${shownCheckpoints(trend.notes.shown)}.${layersWords(trend.rows)}`}
      file={`${sweep}-trend`}
      drawn={trend}
      draw={(look) => trendChart(trendModel(trend, { sweep, definition: definition.definition }), look)}
      columns={columnsOf(trend.notes.against)}
      rows={trend.rows}
      {...(layers !== undefined && { brush })}
    />
  );
}
