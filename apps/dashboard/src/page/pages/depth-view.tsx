import type { TrendRows } from '@unitscope/plots';
import { setQuery, useAddress } from '../address.js';
import { DepthFigure } from '../parts/depth-figure.js';
import { CategoryChoice, CheckpointChoice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { lasting, ofLayers, viewUrl, type ViewProps } from '../settings.js';

/** Entropy by layer, one line a checkpoint. */
export function DepthView(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const relative = useAddress().query.get('relative') === 'yes';
  const trend = useRemote<Answer<TrendRows>>(viewUrl(sweep, 'trend', lasting(settings)), loadRows, revision);
  return (
    <>
      <Filters>
        <CheckpointChoice {...props} none="all, or evenly spaced" />
        <LayerChoice {...props} none="all" />
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
        {(found) => (
          <DepthFigure
            {...{ sweep, relative }}
            trend={{ ...found, rows: ofLayers(found.rows, settings) }}
            checkpoint={settings.checkpoint}
            isPart={settings.layers.length > 0}
          />
        )}
      </Loaded>
    </>
  );
}
