import { scatterChart, type BinRow, type BinRows, type Scatter } from '@unitscope/plots';
import { useDefinition } from '../definition.js';
import { figure } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import type { TableColumn } from '../parts/data-table.js';
import { CategoryChoice, Choice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

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
  const { sweep, outline, settings, revision } = props;
  const definition = useDefinition();
  const checkpoint =
    settings.checkpoint === '' ? (outline.checkpoints.at(-1)?.label ?? '') : settings.checkpoint;
  const query = { ...lasting(settings), layer: settings.layer, checkpoint };
  const bins = useRemote<Answer<BinRows>>(viewUrl(sweep, 'scatter', query), loadRows, revision);
  return (
    <>
      <Filters>
        <Choice
          label="Checkpoint"
          name="checkpoint"
          value={checkpoint}
          options={outline.checkpoints.map(({ label }) => label)}
        />
        <LayerChoice {...props} none="all" />
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={bins} what="the units">
        {(found) => (
          <ChartFigure
            title={`Selective rate and H at ${checkpoint}`}
            note={`${definition.name}. Across: selective rate ε, the share of images with a birth; up: H in nats. The colour is how many units fall there, ${settings.category === '' ? 'each in each of its categories' : `in category ${settings.category}`}: ${found.notes.drawn} of ${found.notes.all} have an H.`}
            file={`${sweep}-scatter`}
            draw={(look) =>
              scatterChart(
                scatterModel(`Selective rate and H, ${sweep}, ${checkpoint} (${definition.name})`, found),
                look,
              )
            }
            drawn={found}
            columns={COLUMNS}
            rows={found.rows}
          />
        )}
      </Loaded>
    </>
  );
}

/** Bins as points in their middle, each as many as it counts. */
function scatterModel(title: string, { rows, notes }: Answer<BinRows>): Scatter {
  const groups = Map.groupBy(rows, ({ layer }) => layer);
  return {
    title,
    subtitle: 'The colour is how many units fall there.',
    xLabel: 'selective rate ε (share of images with a birth)',
    yLabel: 'feature entropy H (nats)',
    top: notes.top,
    groups: [...groups].map(([name, bins]) => ({
      name,
      points: bins.map((bin) => ({
        x: (bin.rate_from + bin.rate_to) / 2,
        y: (bin.entropy_from + bin.entropy_to) / 2,
        count: bin.units,
      })),
    })),
  };
}
