import type { UnitCategory } from '@unitscope/dashboard';
import type { ExampleRows as FoundExamples, MapNotes } from '@unitscope/plots';
import { useEffect } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';
import { counted, figure, shortFigure } from '../figures.js';
import { ErrorNotice } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { viewUrl } from '../settings.js';
import { PhotoMap } from './photo-map.js';
import type { UnitPartProps } from './unit-part-props.js';
import { originWords, type MapRange } from './unit-images.js';

const ROLES = ['highest', 'median', 'lowest', 'earliest', 'latest'] as const;
const WORDS: Readonly<Record<(typeof ROLES)[number], string>> = {
  highest: 'highest mean',
  median: 'median',
  lowest: 'lowest',
  earliest: 'earliest birth',
  latest: 'latest birth',
};
const SIDE = 256;

/** Rows at first, and so many more at a time. */
export const ROWS = 10;

interface Props extends UnitPartProps {
  /** How many categories are shown. */
  readonly most: number;
  readonly onMost: (most: number) => void;
  readonly range: MapRange | null;
  readonly opacity: number;
  readonly onNotes: (category: string, notes: MapNotes) => void;
}

/** A row a category: the images on which the unit is most and least active, and born first and last. */
export function ExampleRows(props: Props) {
  const { most, onMost } = props;
  const { categories } = props.card;
  return (
    <>
      <div class="example-head" aria-hidden="true">
        <span />
        {ROLES.map((role) => (
          <span key={role}>{WORDS[role]}</span>
        ))}
      </div>
      {categories.slice(0, most).map((category) => (
        <ExampleLine key={category.category} {...props} of={category} />
      ))}
      {categories.length > most && (
        <p>
          <button type="button" onClick={() => onMost(most + ROWS)}>
            {counted(Math.min(ROWS, categories.length - most), 'more category', 'more categories')}
          </button>{' '}
          <span class="note">of {categories.length}</span>
        </p>
      )}
    </>
  );
}

interface LineProps extends Props {
  readonly of: UnitCategory;
}

function ExampleLine(props: LineProps) {
  const { sweep, query, revision, of, onNotes } = props;
  const category = of.category ?? '';
  const url = viewUrl(sweep, 'unit-examples', { ...query, category, run: '' });
  const remote = useRemote<Answer<FoundExamples>>(url, loadRows, revision);
  const { data, error } = remote;
  useEffect(() => {
    if (data !== null) onNotes(category, data.notes);
  }, [data]);
  return (
    <section class="example-row" aria-label={category === '' ? 'Images' : `Category ${category}`}>
      <header>
        {category !== '' && <h3 title={category}>{category}</h3>}
        <span class="note">{of.sensitive ? `H ${figure(of.entropy, 2)}` : 'no H'}</span>
        <span class="note">ε {figure(of.selectiveRate, 2)}</span>
        {data !== null && (
          <span class="note origin" title={`Maps ${originWords(data.notes.origin)}`}>
            {counted(data.notes.images, 'image')}
          </span>
        )}
      </header>
      {error !== null ? (
        <ErrorNotice error={error} />
      ) : data === null ? (
        <LoadingTiles />
      ) : (
        <div>
          <Tiles {...props} found={data} />
          {data.notes.lacking !== null && <p class="note lacking">No photograph: {data.notes.lacking}.</p>}
        </div>
      )}
    </section>
  );
}

function Tiles({ sweep, of, found, range, opacity }: LineProps & { readonly found: FoundExamples }) {
  const { notes } = found;
  const { query } = useAddress();
  const category = of.category ?? '';
  const chosen = query.get('of') === category ? query.get('image') : null;
  const rows = new Map(found.rows.map((row) => [row.role, row]));
  return (
    <ol class="tiles">
      {ROLES.map((role) => {
        const row = rows.get(role);
        return (
          <li key={role}>
            <span class="role">{WORDS[role]}</span>
            {row === undefined ? (
              <span class="no-tile note">no birth counts</span>
            ) : (
              <button
                type="button"
                class="tile"
                aria-pressed={chosen === row.image}
                data-role={role}
                data-image={row.image}
                data-activation={row.activation}
                data-index={row.index ?? ''}
                title={`image ${row.image}: its hole is below`}
                onClick={() => {
                  setQuery({ of: category, image: row.image, at: null });
                  showHole();
                }}
              >
                <PhotoMap
                  {...{ sweep, category, row, notes, opacity }}
                  range={range ?? notes.range}
                  side={SIDE}
                />
                <span class="tile-words">
                  <span>mean {shortFigure(row.activation)}</span>{' '}
                  <span>{row.index === null ? 'no birth' : `birth ${row.index}`}</span>
                </span>
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** What holds the place of images that are looked for. */
function LoadingTiles() {
  return (
    <ol class="tiles loading" aria-label="Looking for images">
      {ROLES.map((role, i) => (
        <li key={role}>
          <span class="role">{WORDS[role]}</span>
          <span class="no-tile note">{i === 0 && 'Looking …'}</span>
          <span class="tile-words">&nbsp;</span>
        </li>
      ))}
    </ol>
  );
}

/** Goes to the hole of the image that was chosen. */
function showHole(): void {
  const section = document.querySelector<HTMLElement>('section.hole');
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  section?.querySelector('h2')?.focus({ preventScroll: true });
  section?.scrollIntoView({ behavior: still ? 'auto' : 'smooth' });
}
