import type { UnitCard } from '@unitscope/dashboard';
import type { MapNotes } from '@unitscope/plots';
import { useMemo, useState } from 'preact/hooks';
import { CategoryChoice, CheckpointChoice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { UnitAnnotations } from '../notes/annotations.js';
import { Loaded } from '../parts/notices.js';
import { loadJson, useRemote } from '../remote-data.js';
import { checkpointOf, lasting, layerOf, viewUrl, type ViewProps } from '../settings.js';
import { HoleSection } from '../hole/hole-section.js';
import { ColourBar, OverlaySlider } from './colour-bar.js';
import { ExampleRows } from './example-rows.js';
import { UnitDetails } from './unit-details.js';
import { UnitFacts } from './unit-facts.js';
import type { UnitPartProps } from './unit-part-props.js';
import { UnitTitle } from './unit-title.js';
import type { MapRange } from './unit-images.js';

/** One unit: what it sees, its figures, its hole, and then every chart of it. */
export function UnitView(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const layer = layerOf(props);
  const checkpoint = checkpointOf(props);
  const unit = settings.unit === '' ? '0' : settings.unit;
  const query = { ...lasting(settings), layer, unit, checkpoint };
  const card = useRemote<UnitCard>(viewUrl(sweep, 'unit-card', query), loadJson, revision);
  return (
    <>
      <Filters>
        <LayerChoice {...props} />
        <CheckpointChoice {...props} />
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={card} what="the unit">
        {(found) => (
          <>
            <UnitTitle card={found} unit={Number(unit)} />
            <UnitBody
              key={`${found.layer} ${found.unit} ${found.checkpoint}`}
              {...props}
              card={found}
              query={query}
            />
          </>
        )}
      </Loaded>
    </>
  );
}

function UnitBody(props: UnitPartProps) {
  const { sweep, card } = props;
  const [ranges, setRanges] = useState<ReadonlyMap<string, MapRange>>(new Map());
  const [opacity, setOpacity] = useState(0.75);
  const [namesImages, setNamesImages] = useState<boolean | null>(null);
  const range = useMemo(() => joined([...ranges.values()]), [ranges]);
  const onNotes = (category: string, notes: MapNotes): void => {
    setRanges((before) => new Map(before).set(category, notes.range));
    setNamesImages(notes.namesImages);
  };
  const file = `${sweep}-${card.layer}-${card.unit}`;
  return (
    <>
      <div class="unit-top">
        <section class="sees" aria-label="What the unit sees">
          <div class="sees-tools">
            <ColourBar range={range} />
            {namesImages === true && <OverlaySlider value={opacity} onChange={setOpacity} />}
            {namesImages === false && (
              <span class="note">
                no photographs: the spec names no images (<code>source.images</code>)
              </span>
            )}
          </div>
          <ExampleRows {...props} {...{ range, opacity, onNotes }} />
        </section>
        <UnitFacts {...props} />
      </div>
      <UnitAnnotations sweep={sweep} checkpoint={card.checkpoint} layer={card.layer} unit={card.unit} />
      <HoleSection {...props} file={file} />
      <UnitDetails {...props} checkpoint={card.checkpoint} unit={card.unit} layer={card.layer} />
    </>
  );
}

function joined(ranges: readonly MapRange[]): MapRange | null {
  if (ranges.length === 0) return null;
  return {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  };
}
