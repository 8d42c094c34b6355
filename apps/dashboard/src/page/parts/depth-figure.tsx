import { evenly } from '@unitscope/entropy';
import { depthChart, type Depth } from '@unitscope/plots';
import { useDefinition } from '../definition.js';
import { counted, figure } from '../figures.js';
import type { TrendRow } from '../rows.js';
import { ChartFigure } from './chart-figure.js';
import type { TableColumn } from './data-table.js';

/** Of many checkpoints so many lines are drawn, evenly spaced; one is chosen by its name. */
const MOST_LINES = 12;

interface Props {
  readonly sweep: string;
  readonly rows: readonly TrendRow[];
  readonly relative: boolean;
  /** The one that is drawn; '': all, or some of many. */
  readonly checkpoint: string;
}

/** Entropy by layer and its numbers, one line a checkpoint. */
export function DepthFigure({ sweep, rows, relative, checkpoint }: Props) {
  const definition = useDefinition();
  const value = ({ entropy, relative: share }: TrendRow): number | null => (relative ? share : entropy);
  const columns: TableColumn<TrendRow>[] = [
    { name: 'checkpoint', label: 'checkpoint', value: ({ checkpoint }) => checkpoint },
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    {
      name: relative ? 'relative' : 'entropy',
      label: relative ? 'H / noise' : 'H',
      value,
      show: (row) => figure(value(row)),
      number: true,
    },
    bound('low', '95 % from', (row) => (relative ? row.relative_low : row.low)),
    bound('high', 'to', (row) => (relative ? row.relative_high : row.high)),
  ];
  const lines = linesOf(rows, checkpoint);
  const depth: Depth = {
    title: `Feature entropy by depth, ${sweep} (${definition.name})`,
    subtitle: `Mean over ${definition.over}; bands: 95 % bootstrap intervals over units.`,
    label: relative ? 'H / H of noise' : 'mean feature entropy H (nats)',
    layers: [...new Set(rows.map(({ layer }) => layer))],
    lines: lines.map(([name, points]) => ({
      name,
      points: points.map((row) => ({
        layer: row.layer,
        value: value(row),
        low: relative ? row.relative_low : row.low,
        high: relative ? row.relative_high : row.high,
      })),
    })),
  };
  return (
    <ChartFigure
      title="Entropy by depth"
      note={`${definition.name}, mean over ${definition.over}. ${drawnWords(lines.length, new Set(rows.map((row) => row.checkpoint)).size)}`}
      file={`${sweep}-depth`}
      draw={(look) => depthChart(depth, look)}
      drawn={JSON.stringify(depth)}
      columns={columns}
      rows={lines.flatMap(([, points]) => points)}
    />
  );
}

/** How many lines there are of how many; of many the first and the last have bands. */
function drawnWords(lines: number, all: number): string {
  if (lines === 1) return all === 1 ? 'One checkpoint.' : `One of ${counted(all, 'checkpoint')}.`;
  const of = lines === all ? '' : `${lines} of `;
  return `${of}${counted(all, 'checkpoint')}, one line each; of many lines the first and the last have bands.`;
}

function bound(name: string, label: string, value: (row: TrendRow) => number | null): TableColumn<TrendRow> {
  return { name, label, value, show: (row) => figure(value(row)), number: true };
}

function linesOf(rows: readonly TrendRow[], checkpoint: string): [string, TrendRow[]][] {
  const lines = new Map<string, TrendRow[]>();
  for (const row of rows) {
    if (checkpoint !== '' && row.checkpoint !== checkpoint) continue;
    const line = lines.get(row.checkpoint);
    if (line === undefined) lines.set(row.checkpoint, [row]);
    else line.push(row);
  }
  return evenly([...lines], MOST_LINES);
}
