import { heatmapChart, heatmapModel, type HeatRow, type HeatRows } from '@unitscope/plots';
import { setQuery, sweepPath, useAddress } from '../address.js';
import { useDefinition } from '../definition.js';
import { counted, figure, shownCheckpoints } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import type { TableColumn } from '../parts/data-table.js';
import { CategoryChoice, Choice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { lasting, layerOf, viewUrl, type ViewProps } from '../settings.js';

/** Every unit of a layer over the checkpoints. */
export function HeatmapView(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const layer = layerOf(props);
  const order = useAddress().query.get('order') ?? '';
  const asked = Math.max(0, Number(useAddress().query.get('from') ?? 0) || 0);
  const query = { ...lasting(settings), layer, order, from: asked };
  const definition = useDefinition();
  const heat = useRemote<Answer<HeatRows>>(viewUrl(sweep, 'heatmap', query), loadRows, revision);
  return (
    <>
      <Filters>
        <LayerChoice {...props} />
        <CategoryChoice {...props} />
        <Choice label="Units" name="order" value={order} options={['moved']} none="by number" />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={heat} what="the units">
        {(found) => {
          const { page, from, shown, checkpoints } = found.notes;
          return (
            <>
              {found.total > page && <Pages from={from} page={page} total={found.total} />}
              <ChartFigure
                title={`Units of ${layer} over the checkpoints`}
                note={`${pageWords(found)}, ${shownCheckpoints(shown)}${lackingWords(found)}. ${definition.name}, mean over the categories${definition.definition === 'code' ? ' in which the unit is sensitive; ×: in none' : ''}.`}
                file={`${sweep}-heatmap-${layer}`}
                draw={(look) =>
                  heatmapChart(heatmapModel(found, { sweep, definition: definition.definition }), look)
                }
                drawn={found}
                columns={columnsOf(props, layer, checkpoints)}
                hrefOf={({ unit = null, checkpoint = null }) =>
                  sweepPath(sweep, 'unit', {
                    ...lasting(settings),
                    ...{ layer, unit: Number(unit), checkpoint: String(checkpoint) },
                  })
                }
                rows={found.rows}
              />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

/** Which units of how many are on the page. */
function pageWords({ rows, notes: { units, order, from } }: HeatRows): string {
  if (units === rows.length) return counted(units, 'unit');
  const which =
    order === 'moved'
      ? `places ${from + 1} to ${from + rows.length} by how far H moved`
      : `${rows[0]?.unit ?? ''} to ${rows.at(-1)?.unit ?? ''}`;
  return `${rows.length} of ${counted(units, 'unit')} (${which})`;
}

/** How many of the checkpoints have the layer; '' where all do. */
function lackingWords({ notes: { checkpoints, looked } }: HeatRows): string {
  return checkpoints.length === looked ? '' : `, of which ${checkpoints.length} have the layer`;
}

interface PagesProps {
  readonly from: number;
  readonly page: number;
  readonly total: number;
}

/** The units of a wide layer, a page at a time. */
function Pages({ from, page, total }: PagesProps) {
  const last = Math.floor((total - 1) / page) * page;
  const go = (to: number): void => setQuery({ from: to === 0 ? null : String(to) });
  return (
    <p class="row" role="group" aria-label="Pages of units">
      <button type="button" class="quiet" disabled={from === 0} onClick={() => go(Math.max(0, from - page))}>
        Units before
      </button>
      <span>
        Page {Math.floor(from / page) + 1} of {last / page + 1}
      </span>
      <button type="button" class="quiet" disabled={from >= last} onClick={() => go(from + page)}>
        Units after
      </button>
    </p>
  );
}

function columnsOf(
  { sweep, settings }: ViewProps,
  layer: string,
  checkpoints: readonly string[],
): TableColumn<HeatRow>[] {
  return [
    {
      name: 'unit',
      label: 'unit',
      value: ({ unit }) => unit,
      show: ({ unit }) => (
        <a href={sweepPath(sweep, 'unit', { ...lasting(settings), layer, unit })}>{unit}</a>
      ),
      number: true,
    },
    ...checkpoints.map((label, i): TableColumn<HeatRow> => {
      return {
        name: label,
        label,
        value: ({ values }) => values[i],
        show: ({ values }) => figure(values[i]),
        number: true,
      };
    }),
  ];
}
