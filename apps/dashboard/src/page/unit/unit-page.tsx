import type { UnitCard } from '@unitscope/dashboard';
import type { MapNotes } from '@unitscope/plots';
import { useMemo, useState } from 'preact/hooks';
import { setQuery } from '../address.js';
import { CategoryChoice, CheckpointChoice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { UnitAnnotations } from '../notes/annotations.js';
import { counted } from '../figures.js';
import { Loaded, Without } from '../parts/notices.js';
import { loadJson, useRemote } from '../remote-data.js';
import { checkpointOf, lasting, layerOf, viewUrl, type ViewProps } from '../settings.js';
import { HoleSection } from '../hole/hole-section.js';
import { ColourBar, OverlaySlider } from './colour-bar.js';
import { ExampleRows, ROWS } from './example-rows.js';
import { UnitDetails } from './unit-details.js';
import { UnitFacts } from './unit-facts.js';
import type { UnitPartProps } from './unit-part-props.js';
import { UnitTitle } from './unit-title.js';

/** One unit: what it sees, its figures, its hole, and then every chart of it. */
export function UnitView(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const layer = layerOf(props);
  const checkpoint = checkpointOf(props);
  const { unit } = settings;
  const query = { ...lasting(settings), layer, unit, checkpoint };
  const card = useRemote<UnitCard>(viewUrl(sweep, 'unit-card', query), loadJson, revision);
  return (
    <>
      <Filters>
        <LayerChoice
          {...props}
          choose={(next) => void chooseLayer(next, viewUrl(sweep, 'unit-near', { ...query, layer: next }))}
        />
        <CheckpointChoice {...props} />
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={card} what="the unit">
        {(found) => (
          <>
            <UnitTitle card={found} unit={unit === '' ? found.unit : Number(unit)} />
            <UnitBody
              key={`${found.layer} ${found.unit} ${found.checkpoint}`}
              {...props}
              card={found}
              query={{
                ...query,
                unit: unit === '' ? String(found.unit) : unit,
              }}
            />
          </>
        )}
      </Loaded>
      {card.error?.code === 'NAME_UNKNOWN' && unit !== '' && <Without title="Unit" names={['unit']} />}
    </>
  );
}

/** Goes to the unit of the same number in another layer; where that has none, to the nearest. `near`: where it is asked for. */
async function chooseLayer(layer: string, near: string): Promise<void> {
  const { pathname } = window.location;
  const found = await loadJson<{ readonly unit: number | null }>(near).catch(() => null);
  if (pathname === window.location.pathname) setQuery({ layer, unit: found?.unit ?? null, at: null });
}

function UnitBody(props: UnitPartProps) {
  const { sweep, card } = props;
  const [notes, setNotes] = useState<ReadonlyMap<string, MapNotes>>(new Map());
  const [opacity, setOpacity] = useState(0.75);
  const [most, setMost] = useState(ROWS);
  const shown = card.categories.slice(0, most);
  // Of what is shown alone: how one came here changes no colour.
  const found = shown.flatMap(({ category }) => notes.get(category ?? '') ?? []);
  const [low, high] = [
    Math.min(...found.map(({ range }) => range.low)),
    Math.max(...found.map(({ range }) => range.high)),
  ];
  const range = useMemo(() => (found.length === 0 ? null : { low, high }), [low, high]);
  const onNotes = (category: string, one: MapNotes): void =>
    setNotes((before) => new Map(before).set(category, one));
  const namesImages = found[0]?.namesImages;
  const file = `${sweep}-${card.layer}-${card.unit}`;
  return (
    <>
      <div class="unit-top">
        <section class="sees" aria-label="What the unit sees">
          <div class="sees-tools">
            <ColourBar range={range} opacity={namesImages === true ? opacity : 1} />
            {namesImages === true && <OverlaySlider value={opacity} onChange={setOpacity} />}
            {namesImages === false && (
              <span class="note">
                no photographs: the spec names no images (<code>source.images</code>)
              </span>
            )}
          </div>
          <p class="note scale-words">
            {scaleWords(found, shown.length, namesImages === true && opacity < 1)}
          </p>
          <ExampleRows {...props} {...{ most, onMost: setMost, range, opacity, onNotes }} />
        </section>
        <UnitFacts {...props} />
      </div>
      <UnitAnnotations sweep={sweep} checkpoint={card.checkpoint} layer={card.layer} unit={card.unit} />
      <HoleSection {...props} file={file} range={range} />
      <UnitDetails {...props} checkpoint={card.checkpoint} unit={card.unit} layer={card.layer} />
    </>
  );
}

/** What the scale and the captions are of. */
function scaleWords(found: readonly MapNotes[], categories: number, blended: boolean): string {
  const images = found.reduce((sum, one) => sum + one.images, 0);
  const of = categories > 1 ? `, ${counted(categories, 'category', 'categories')}` : '';
  const all =
    found.length < categories
      ? `${found.length} of ${counted(categories, 'category', 'categories')} so far`
      : `${counted(images, 'image')}${of}`;
  return `Colours: from the least to the greatest cell of all maps (${all})${blended ? '; bar: over white above, over black below' : ''}. Below each: the mean of its map.`;
}
