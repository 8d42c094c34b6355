import { Loaded } from '../parts/notices.js';
import { LayersTable } from '../parts/layers-table.js';
import { TrendFigure } from '../parts/trend-figure.js';
import { loadRows, useRemote, type Rows } from '../remote-data.js';
import type { LayerRow, TrendRow } from '../rows.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

export function OverviewView({ sweep, settings, revision }: ViewProps) {
  const query = lasting(settings);
  const trend = useRemote<Rows<TrendRow>>(viewUrl(sweep, 'trend', query), loadRows, revision);
  const layers = useRemote<Rows<LayerRow>>(viewUrl(sweep, 'layers', query), loadRows, revision);
  return (
    <>
      <Loaded remote={trend} what="the trend">
        {(found) => <TrendFigure sweep={sweep} trend={found} />}
      </Loaded>
      <Loaded remote={layers} what="the layers">
        {(found) => <LayersTable layers={found} />}
      </Loaded>
    </>
  );
}
