import { depthChart, type Depth } from '@unitscope/plots';
import { setQuery, useAddress } from '../address.js';
import { figure } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import type { TableColumn } from '../parts/data-table.js';
import { CategoryChoice, Choice, Filters, ThresholdSlider } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Rows } from '../remote-data.js';
import type { TrendRow } from '../rows.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

/** Of many checkpoints so many lines are drawn, evenly spaced; one is chosen by its name. */
const MOST_LINES = 12;

/** Entropy by layer, one line a checkpoint. */
export function DepthView(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  const relative = useAddress().query.get('relative') === 'yes';
  const trend = useRemote<Rows<TrendRow>>(viewUrl(sweep, 'trend', lasting(settings)), loadRows, revision);
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
  return (
    <>
      <Filters>
        <Choice
          label="Checkpoint"
          name="checkpoint"
          value={settings.checkpoint}
          options={outline.checkpoints.map(({ label }) => label)}
          none="all, or evenly spaced"
        />
        <CategoryChoice {...props} />
        <label class="check">
          <span>Against noise</span>
          <input
            type="checkbox"
            checked={relative}
            onChange={(event) => setQuery({ relative: event.currentTarget.checked ? 'yes' : null })}
          />
        </label>
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={trend} what="the layers">
        {({ rows }) => {
          const lines = linesOf(rows, settings.checkpoint);
          const depth: Depth = {
            title: `Feature entropy by depth, ${sweep}`,
            subtitle: 'Mean over sensitive units; bands: 95 % bootstrap intervals over units.',
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
              note={`${lines.length} of ${new Set(rows.map(({ checkpoint }) => checkpoint)).size} checkpoints, one line each; of many lines the first and the last have bands.`}
              file={`${sweep}-depth`}
              draw={(look) => depthChart(depth, look)}
              drawn={JSON.stringify(depth)}
              columns={columns}
              rows={lines.flatMap(([, points]) => points)}
            />
          );
        }}
      </Loaded>
    </>
  );
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
  const all = [...lines];
  if (all.length <= MOST_LINES) return all;
  const step = (all.length - 1) / (MOST_LINES - 1);
  return Array.from({ length: MOST_LINES }, (_, i) => all[Math.round(i * step)]).filter(
    (line): line is [string, TrendRow[]] => line !== undefined,
  );
}
