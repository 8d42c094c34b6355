import { HOLE_SENTENCE, type OneMapRows } from '@unitscope/plots';
import { setQuery, useAddress } from '../address.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { viewUrl } from '../settings.js';
import type { UnitPartProps } from '../unit/unit-part-props.js';
import { HolePlayer } from './hole-player.js';

/** The hole of one of the unit's maps: which image is chosen by the address, or by a photograph above. */
export function HoleSection(props: UnitPartProps & { readonly file: string }) {
  const { sweep, settings, query, card, revision, file } = props;
  const address = useAddress().query;
  const category =
    address.get('of') ??
    (settings.category === '' ? (card.categories[0]?.category ?? '') : settings.category);
  const image = address.get('image') ?? '';
  const remote = useRemote<Answer<OneMapRows>>(
    viewUrl(sweep, 'unit-map', { ...query, category, image, run: '', threshold: '', minSelectiveRate: '' }),
    loadRows,
    revision,
  );
  return (
    <section class="hole" aria-label="The hole">
      <div class="hole-head">
        <h2>The hole</h2>
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
          return (
            <HolePlayer
              key={`${category} ${row.image} ${file}`}
              {...{ sweep, category, row, notes, density: notes.density, file: `${file}-${row.image}` }}
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
