import type { UnitCategory } from '@unitscope/dashboard';
import type { ExampleRows as FoundExamples, MapNotes } from '@unitscope/plots';
import { useEffect, useRef, useState } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';
import { counted, figure } from '../figures.js';
import { ErrorNotice } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { viewUrl } from '../settings.js';
import { short } from './colour-bar.js';
import { PhotoMap } from './photo-map.js';
import type { UnitPartProps } from './unit-part-props.js';
import { originWords, type MapRange } from './unit-images.js';

const ROLES = ['highest', 'median', 'lowest', 'earliest', 'latest'] as const;
const WORDS: Readonly<Record<(typeof ROLES)[number], string>> = {
  highest: 'highest activation',
  median: 'median',
  lowest: 'lowest',
  earliest: 'earliest birth',
  latest: 'latest birth',
};
/** Rows at first, and so many more at a time. */
const ROWS = 12;
const SIDE = 256;

interface Props extends UnitPartProps {
  readonly range: MapRange | null;
  readonly opacity: number;
  readonly onNotes: (category: string, notes: MapNotes) => void;
}

/** A row a category: the images on which the unit is most and least active, and born first and last. */
export function ExampleRows(props: Props) {
  const { categories } = props.card;
  const [most, setMost] = useState(ROWS);
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
          <button type="button" onClick={() => setMost(most + ROWS)}>
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
  const [frame, near] = useNear();
  const category = of.category ?? '';
  const url = near ? viewUrl(sweep, 'unit-examples', { ...query, category, run: '' }) : null;
  const remote = useRemote<Answer<FoundExamples>>(url, loadRows, revision);
  const { data, error } = remote;
  useEffect(() => {
    if (data !== null) onNotes(category, data.notes);
  }, [data]);
  return (
    <section ref={frame} class="example-row" aria-label={category === '' ? 'Images' : `Category ${category}`}>
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
        <div class={near ? 'tiles loading' : 'tiles'}>{near && 'Looking …'}</div>
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
                title={`image ${row.image}: show its hole`}
                onClick={() => setQuery({ of: category, image: row.image, at: null })}
              >
                <PhotoMap
                  {...{ sweep, category, row, notes, opacity }}
                  range={range ?? notes.range}
                  side={SIDE}
                />
                <span class="tile-words">
                  {short(row.activation)} · {row.index === null ? 'no birth' : `birth ${row.index}`}
                </span>
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** Whether an element is, or was, near what is seen of the page. */
function useNear(): [{ current: HTMLElement | null }, boolean] {
  const frame = useRef<HTMLElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null || near) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: '300px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [near]);
  return [frame, near];
}
