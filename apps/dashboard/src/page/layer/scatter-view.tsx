import { binsModel, scatterChart, type BinRow, type BinRows, type MarkRow } from '@unitscope/plots';
import { useCallback, useMemo } from 'preact/hooks';
import { useDefinition } from '../definition.js';
import { figure } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import { chooseUnits, ChosenUnits, useUnitChoice, type UnitChoice } from '../parts/chosen-units.js';
import type { TableColumn } from '../parts/data-table.js';
import { CategoryChoice, CheckpointChoice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import type { Range } from '../range.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { checkpointOf, lasting, ofLayers, viewUrl, type ViewProps } from '../settings.js';

const COLUMNS: readonly TableColumn<BinRow>[] = [
  { name: 'layer', label: 'layer', value: ({ layer }) => layer },
  number('rate_from', 'ε from'),
  number('rate_to', 'to'),
  number('entropy_from', 'H from'),
  number('entropy_to', 'to'),
  { name: 'units', label: 'units', value: ({ units }) => units, number: true },
];

function number(
  name: 'rate_from' | 'rate_to' | 'entropy_from' | 'entropy_to',
  label: string,
): TableColumn<BinRow> {
  return { name, label, value: (row) => row[name], show: (row) => figure(row[name], 2), number: true };
}

/** ε against H, a panel a layer, by counts. */
export function ScatterView(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const checkpoint = checkpointOf(props);
  const layer = settings.layers.length === 1 ? settings.layer : '';
  const query = { ...lasting(settings), layer, checkpoint };
  const choice = useUnitChoice(checkpoint);
  const bins = useRemote<Answer<BinRows>>(viewUrl(sweep, 'scatter', query), loadRows, revision);
  return (
    <>
      <Filters>
        <CheckpointChoice {...props} />
        <LayerChoice {...props} none="all" />
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={bins} what="the units">
        {(found) => <BinsFigure {...props} checkpoint={checkpoint} bins={found} choice={choice} />}
      </Loaded>
      {choice !== null && <ChosenUnits {...props} choice={choice} />}
    </>
  );
}

interface BinsProps extends ViewProps {
  readonly checkpoint: string;
  readonly bins: BinRows;
  /** Of which units are listed. */
  readonly choice: UnitChoice | null;
}

/** How many units fall where; a brush chooses the units of some bins. */
function BinsFigure({ sweep, settings, checkpoint, bins: all, choice }: BinsProps) {
  const definition = useDefinition();
  const bins = useMemo(
    () => ({ ...all, rows: ofLayers(all.rows, settings) }),
    [all, settings.layers.join('\n')],
  );
  const { drawn, all: pairs, top } = bins.notes;
  const chosen = useCallback(
    (row: MarkRow) => choice !== null && isChosen(row, choice),
    [JSON.stringify(choice)],
  );
  return (
    <ChartFigure
      title={`Selective rate and H at ${checkpoint}`}
      note={`${definition.name}. Across: selective rate ε, the share of images with a birth; up: H in nats. The colour is how many units fall there, ${settings.category === '' ? 'each in each of its categories' : `in category ${settings.category}`}: ${drawn} of ${pairs} have an H.`}
      file={`${sweep}-scatter`}
      draw={(look) =>
        scatterChart(
          binsModel(bins, `Selective rate and H, ${sweep}, ${checkpoint} (${definition.name})`),
          look,
        )
      }
      drawn={bins}
      columns={COLUMNS}
      rows={bins.rows}
      chosen={chosen}
      brush={{
        axes: 'xy',
        does: 'the units of the bins between are listed below',
        onBrush: ({ rows }) => {
          const made = binsChoice(rows, top);
          if (made !== null) chooseUnits(made);
        },
        onReset: choice !== null ? () => chooseUnits(null) : null,
      }}
    />
  );
}

/** The bounds of bins of the layer of the first one; the last bin of an axis has no end. */
function binsChoice(rows: readonly MarkRow[], top: number): Partial<UnitChoice> | null {
  const [first] = rows;
  if (first === undefined) return null;
  const own = rows.filter(({ layer }) => layer === first['layer']);
  const range = (name: 'rate' | 'entropy', end: number): Range => {
    const least = Math.min(...own.map((row) => Number(row[`${name}_from`])));
    const most = Math.max(...own.map((row) => Number(row[`${name}_to`])));
    return { from: least, to: most >= end ? null : most };
  };
  return { layer: String(first['layer']), rate: range('rate', 1), entropy: range('entropy', top) };
}

/** Whether a bin lies within the bounds of a choice. */
function isChosen(row: MarkRow, { layer, rate, entropy }: UnitChoice): boolean {
  if (layer !== '' && row['layer'] !== layer) return false;
  const lies = (name: 'rate' | 'entropy', range: Range | null): boolean =>
    Number(row[`${name}_from`]) >= (range?.from ?? -Infinity) &&
    Number(row[`${name}_to`]) <= (range?.to ?? Infinity);
  return lies('rate', rate) && lies('entropy', entropy);
}
