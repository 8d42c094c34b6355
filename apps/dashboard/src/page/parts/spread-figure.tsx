import { distributionChart, distributionModel, type SpreadRow, type SpreadRows } from '@unitscope/plots';
import { useDefinition } from '../definition.js';
import { figure, shownCheckpoints } from '../figures.js';
import { ChartFigure } from './chart-figure.js';
import type { TableColumn } from './data-table.js';

const COLUMNS: readonly TableColumn<SpreadRow>[] = [
  { name: 'checkpoint', label: 'checkpoint', value: ({ checkpoint }) => checkpoint },
  { name: 'layer', label: 'layer', value: ({ layer }) => layer },
  { name: 'units', label: 'units × categories', value: ({ units }) => units, number: true },
  { name: 'sensitive', label: 'sensitive', value: ({ sensitive }) => sensitive, number: true },
  ...(['cell_mean', 'q05', 'q25', 'q50', 'q75', 'q95'] as const).map((name): TableColumn<SpreadRow> => {
    const [label, hint] =
      name === 'cell_mean'
        ? ([
            'mean of cells',
            'Over units × categories alike; H of the layer is the mean over its categories',
          ] as const)
        : ([name, undefined] as const);
    return {
      name,
      label,
      ...(hint !== undefined && { hint }),
      value: (row) => row[name],
      show: (row) => figure(row[name]),
      number: true,
    };
  }),
];

interface Props {
  readonly sweep: string;
  readonly spreads: SpreadRows;
}

/** How entropy is spread over the units of each layer, and its numbers. */
export function SpreadFigure({ sweep, spreads }: Props) {
  const definition = useDefinition();
  const { rows, notes } = spreads;
  return (
    <ChartFigure
      title="How entropy is spread over units"
      note={`${definition.name}, over ${definition.over}, one value a unit and category; smoothed (Gaussian kernel), every ridge with the same area.${notes.shown.includes(' of ') ? ` ${shownCheckpoints(notes.shown)}.` : ''}`}
      file={`${sweep}-distribution`}
      draw={(look) =>
        distributionChart(distributionModel(spreads, { sweep, definition: definition.definition }), look)
      }
      drawn={spreads}
      columns={COLUMNS}
      rows={rows}
    />
  );
}
