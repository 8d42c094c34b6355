import { distributionChart, type Distribution } from '@unitscope/plots';
import { figure } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import type { TableColumn } from '../parts/data-table.js';
import { CategoryChoice, Choice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Rows } from '../remote-data.js';
import type { SpreadRow } from '../rows.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

const COLUMNS: readonly TableColumn<SpreadRow>[] = [
  { name: 'checkpoint', label: 'checkpoint', value: ({ checkpoint }) => checkpoint },
  { name: 'layer', label: 'layer', value: ({ layer }) => layer },
  { name: 'units', label: 'units × categories', value: ({ units }) => units, number: true },
  { name: 'sensitive', label: 'sensitive', value: ({ sensitive }) => sensitive, number: true },
  ...(['mean', 'q05', 'q25', 'q50', 'q75', 'q95'] as const).map((name): TableColumn<SpreadRow> => {
    return { name, label: name, value: (row) => row[name], show: (row) => figure(row[name]), number: true };
  }),
];

/** How entropy is spread over the units of each layer, at two checkpoints. */
export function DistributionView(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  const query = { ...lasting(settings), layer: settings.layer, a: settings.a, b: settings.b };
  const spreads = useRemote<Rows<SpreadRow>>(viewUrl(sweep, 'distribution', query), loadRows, revision);
  const labels = outline.checkpoints.map(({ label }) => label);
  return (
    <>
      <Filters>
        <Choice label="Checkpoint" name="a" value={settings.a} options={labels} none="the first" />
        <Choice label="and" name="b" value={settings.b} options={labels} none="the last" />
        <LayerChoice {...props} none="all" />
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={spreads} what="the units">
        {(found) => (
          <ChartFigure
            title="How entropy is spread over units"
            note="Sensitive units, one value a unit and category; smoothed (Gaussian kernel), every ridge with the same area."
            file={`${sweep}-distribution`}
            draw={(look) => distributionChart(distributionModel(sweep, found), look)}
            drawn={found}
            columns={COLUMNS}
            rows={found.rows}
          />
        )}
      </Loaded>
    </>
  );
}

function distributionModel(sweep: string, { rows }: Rows<SpreadRow>): Distribution {
  const checkpoints = [...new Set(rows.map(({ checkpoint }) => checkpoint))];
  return {
    title: `Distribution of feature entropy by layer, ${sweep}`,
    subtitle:
      'Sensitive units; smoothed (Gaussian kernel), every ridge with the same area; the deepest layer at the bottom.',
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
