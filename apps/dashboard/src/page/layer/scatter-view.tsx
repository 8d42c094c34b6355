import { binsModel, scatterChart, type BinRow, type BinRows } from '@unitscope/plots';
import { useDefinition } from '../definition.js';
import { figure } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import type { TableColumn } from '../parts/data-table.js';
import { CategoryChoice, CheckpointChoice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { checkpointOf, lasting, viewUrl, type ViewProps } from '../settings.js';

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
  const definition = useDefinition();
  const checkpoint = checkpointOf(props);
  const query = { ...lasting(settings), layer: settings.layer, checkpoint };
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
        {(found) => (
          <ChartFigure
            title={`Selective rate and H at ${checkpoint}`}
            note={`${definition.name}. Across: selective rate ε, the share of images with a birth; up: H in nats. The colour is how many units fall there, ${settings.category === '' ? 'each in each of its categories' : `in category ${settings.category}`}: ${found.notes.drawn} of ${found.notes.all} have an H.`}
            file={`${sweep}-scatter`}
            draw={(look) =>
              scatterChart(
                binsModel(found, `Selective rate and H, ${sweep}, ${checkpoint} (${definition.name})`),
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
