import {
  distributionChart,
  distributionModel,
  type MarkRow,
  type SpreadRow,
  type SpreadRows,
} from '@unitscope/plots';
import { useMemo } from 'preact/hooks';
import { useDefinition } from '../definition.js';
import { figure, shownCheckpoints } from '../figures.js';
import { ofLayers } from '../settings.js';
import type { Brush } from '../marks/brush.js';
import { ChartFigure } from './chart-figure.js';
import { chooseUnits, type UnitChoice } from './chosen-units.js';
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
  /** Those that are drawn; none: all. */
  readonly layers?: readonly string[];
  /** Whether units are chosen; left out: nothing is brushed. */
  readonly isPart?: boolean;
}

/** How entropy is spread over the units of each layer, and its numbers; a brush chooses units by their H. */
export function SpreadFigure({ sweep, spreads: all, layers = [], isPart }: Props) {
  const definition = useDefinition();
  const spreads = useMemo(() => ({ ...all, rows: ofLayers(all.rows, { layers }) }), [all, layers.join('\n')]);
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
      {...(isPart !== undefined && { brush: entropyBrush(isPart) })}
    />
  );
}

/** Chooses the units with an H between. */
function entropyBrush(isPart: boolean): Brush {
  return {
    axes: 'x',
    does: 'units with an H between are listed below',
    onBrush: ({ x, first }) => {
      if (x !== null) chooseUnits({ ...placeOf(first), entropy: { from: rounded(x[0]), to: rounded(x[1]) } });
    },
    onReset: isPart ? () => chooseUnits(null) : null,
  };
}

/** The ridge on which a brush began; none: all layers. */
function placeOf(row: MarkRow | null): Partial<UnitChoice> {
  return row === null ? {} : { layer: String(row['layer']), checkpoint: String(row['checkpoint']) };
}

/** A pixel is no finer than that. */
function rounded(value: number): number {
  return Number(value.toFixed(3));
}
