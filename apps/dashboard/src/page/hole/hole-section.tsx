import { HOLE_SENTENCE, type OneMapRows } from '@unitscope/plots';
import { setQuery, useAddress } from '../address.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { viewUrl } from '../settings.js';
import { chosenCategory, type MapRange } from '../unit/unit-images.js';
import type { UnitPartProps } from '../unit/unit-part-props.js';
import { HolePlayer } from './hole-player.js';

interface Props extends UnitPartProps {
  readonly file: string;
  /** What the colours of all maps of the unit stand for; null: not known yet. */
  readonly range: MapRange | null;
}

/** The hole of one of the unit's maps: which image is chosen by the address, or by a photograph above. */
export function HoleSection(props: Props) {
  const { sweep, query, card, revision, file, range } = props;
  const address = useAddress().query;
  const of = address.get('of');
  const category = chosenCategory(card, of);
  const image = of === null || of === category ? (address.get('image') ?? '') : '';
  const remote = useRemote<Answer<OneMapRows>>(
    viewUrl(sweep, 'unit-map', {
      ...{ ...query, category, image, run: '', minSelectiveRate: '' },
      // It chooses the image, and changes no map.
      threshold: image === '' ? query['threshold'] : '',
    }),
    loadRows,
    revision,
  );
  return (
    <section class="hole" aria-label="The hole">
      <div class="hole-head">
        <h2 tabIndex={-1}>The hole</h2>
        {remote.data !== null && (
          <ImageChoice
            images={remote.data.notes.births}
            categories={card.categories.map((one) => one.category ?? '')}
            category={category}
            image={remote.data.rows[0]?.image ?? ''}
          />
        )}
      </div>
      <p class="note">{HOLE_SENTENCE}</p>
      <Loaded remote={remote} what="the map">
        {(found) => {
          const [row] = found.rows;
          if (row === undefined) return null;
          const { notes } = found;
          // While the next loads, the last stays: with the category that it is of.
          const own = notes.category ?? '';
          return (
            <HolePlayer
              key={`${own} ${row.image} ${file}`}
              {...{ sweep, category: own, row, notes, density: notes.density, file: `${file}-${row.image}` }}
              range={range === null ? notes.range : joined(range, notes.range)}
              title={`Hole of unit ${card.unit} of ${card.layer}, image ${row.image}${own === '' ? '' : ` of ${own}`}, ${sweep}, ${card.checkpoint}`}
            />
          );
        }}
      </Loaded>
    </section>
  );
}

interface ChoiceProps {
  readonly images: readonly (readonly [image: string, index: number | null])[];
  readonly categories: readonly string[];
  readonly category: string;
  readonly image: string;
}

/** Any image of any category, by name and birth. */
function ImageChoice({ images, categories, category, image }: ChoiceProps) {
  return (
    <div class="hole-choice">
      {categories.length > 1 && (
        <select
          aria-label="Category of the image"
          value={category}
          onChange={(event) => setQuery({ of: event.currentTarget.value, image: null, at: null })}
        >
          {categories.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      )}
      <select
        aria-label="Image"
        value={image}
        onChange={(event) => setQuery({ of: category, image: event.currentTarget.value, at: null })}
      >
        {images.map(([name, index]) => (
          <option key={name} value={name}>
            {`image ${name}, ${index === null ? 'no birth' : `birth ${index}`}`}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The image may be of a category that no row above is of. */
function joined(a: MapRange, b: MapRange): MapRange {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}
