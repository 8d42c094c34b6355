import { distributionChart, type Distribution } from '@unitscope/plots';
import { useDefinition, type DefinitionWords } from '../definition.js';
import { counted, figure } from '../figures.js';
import type { Rows } from '../remote-data.js';
import type { SpreadRow } from '../rows.js';
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

/** How entropy is spread over the units of each layer, and its numbers. */
export function SpreadFigure({
  sweep,
  spreads: found,
  checkpoints,
}: {
  readonly sweep: string;
  readonly spreads: Rows<SpreadRow>;
  /** How many there are. */
  readonly checkpoints: number;
}) {
  const definition = useDefinition();
  const drawn = new Set(found.rows.map(({ checkpoint }) => checkpoint)).size;
  return (
    <ChartFigure
      title="How entropy is spread over units"
      note={`${definition.name}, over ${definition.over}, one value a unit and category; smoothed (Gaussian kernel), every ridge with the same area.${drawn === checkpoints ? '' : ` ${drawn} of ${counted(checkpoints, 'checkpoint')}.`}`}
      file={`${sweep}-distribution`}
      draw={(look) => distributionChart(distributionModel(sweep, found, definition), look)}
      drawn={found}
      columns={COLUMNS}
      rows={found.rows}
    />
  );
}

function distributionModel(
  sweep: string,
  { rows }: Rows<SpreadRow>,
  { name: which, over }: DefinitionWords,
): Distribution {
  const checkpoints = [...new Set(rows.map(({ checkpoint }) => checkpoint))];
  return {
    title: `Distribution of feature entropy by layer, ${sweep} (${which})`,
    subtitle: `Over ${over}; smoothed (Gaussian kernel), every ridge with the same area; the deepest layer at the bottom.`,
    label: 'feature entropy H (nats)',
    layers: [...new Set(rows.map(({ layer }) => layer))],
    groups: checkpoints.map((name) => ({
      name,
      values: rows
        .filter(({ checkpoint }) => checkpoint === name)
        .map(({ layer, values }) => ({ layer, values: Array.from(values) })),
    })),
  };
}
