import {
  depthChart,
  depthLines,
  depthModel,
  depthValue,
  type TrendRow,
  type TrendRows,
} from '@unitscope/plots';
import { useDefinition } from '../definition.js';
import { counted, figure } from '../figures.js';
import type { Brush } from '../marks/brush.js';
import { chooseLayers } from '../settings.js';
import { ChartFigure } from './chart-figure.js';
import type { TableColumn } from './data-table.js';

/** Of many checkpoints so many lines are drawn, evenly spaced; one is chosen by its name. */
const MOST_LINES = 12;

interface Props {
  readonly sweep: string;
  readonly trend: TrendRows;
  readonly relative: boolean;
  /** The one that is drawn; '': all, or some of many. */
  readonly checkpoint: string;
  /** Whether these are not all layers; left out: nothing is brushed. */
  readonly isPart?: boolean;
}

/** Entropy by layer and its numbers, one line a checkpoint; a brush chooses the layers that it shows. */
export function DepthFigure({ sweep, trend, relative, checkpoint, isPart }: Props) {
  const definition = useDefinition();
  const options = { relative, checkpoint: checkpoint === '' ? undefined : checkpoint, most: MOST_LINES };
  const lines = depthLines(trend, options);
  const number = (name: string, label: string, value: 'value' | 'low' | 'high'): TableColumn<TrendRow> => {
    const valueOf = (row: TrendRow): number | null => depthValue(row, options)[value];
    return { name, label, value: valueOf, show: (row) => figure(valueOf(row)), number: true };
  };
  const columns: TableColumn<TrendRow>[] = [
    { name: 'checkpoint', label: 'checkpoint', value: (row) => row.checkpoint },
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    number(relative ? 'relative' : 'entropy', relative ? 'H / noise' : 'H', 'value'),
    number('low', '95 % from', 'low'),
    number('high', 'to', 'high'),
  ];
  const all = new Set(trend.rows.map((row) => row.checkpoint)).size;
  const depth = depthModel(trend, { sweep, definition: definition.definition }, options);
  return (
    <ChartFigure
      title="Entropy by depth"
      note={`${definition.name}, mean over ${definition.over}. ${drawnWords(lines.length, all)}`}
      file={`${sweep}-depth`}
      draw={(look) => depthChart(depth, look)}
      drawn={JSON.stringify(depth)}
      columns={columns}
      rows={lines.flatMap(({ rows }) => rows)}
      {...(isPart !== undefined && { brush: layersBrush(isPart) })}
    />
  );
}

/** How many lines there are of how many; of many the first and the last have bands. */
function drawnWords(lines: number, all: number): string {
  if (lines === 1) return all === 1 ? 'One checkpoint.' : `One of ${counted(all, 'checkpoint')}.`;
  const of = lines === all ? '' : `${lines} of `;
  return `${of}${counted(all, 'checkpoint')}, one line each, dark to light; of many lines the first and the last have bands, and the legend names some.`;
}

/** Shows the layers between alone. */
function layersBrush(isPart: boolean): Brush {
  return {
    axes: 'x',
    does: 'the layers between are shown alone',
    onBrush: ({ rows }) => chooseLayers([...new Set(rows.map(({ layer }) => String(layer)))]),
    onReset: isPart ? () => chooseLayers([]) : null,
  };
}
