import type { SweepCard } from '@unitscope/dashboard';
import { setQuery, sweepPath, useAddress } from '../address.js';
import { useBoard } from '../board.js';
import { counted } from '../figures.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { SweepActions } from '../parts/sweep-actions.js';
import { ProgressBar, progressWords, shareOf, StateTag } from '../parts/sweep-progress.js';

/** The sweeps of the store: how far each is, what people wrote of it, and two of them to compare. */
export function SweepsPage() {
  const board = useBoard();
  return (
    <>
      <h1>Sweeps</h1>
      <Loaded remote={board} what="the sweeps of the store">
        {({ sweeps, store }) =>
          sweeps.length === 0 ? (
            <EmptyNotice title="No sweep in this store yet">
              <p>
                Store: <code>{store}</code>. A sweep that is started appears here by itself:
              </p>
              <pre>
                <code>{'npx unitscope init\nnpx unitscope sweep sweep.yaml'}</code>
              </pre>
            </EmptyNotice>
          ) : (
            <SweepsTable sweeps={sweeps} />
          )
        }
      </Loaded>
    </>
  );
}

function SweepsTable({ sweeps }: { readonly sweeps: readonly SweepCard[] }) {
  const { query } = useAddress();
  const wanted = query.get('search') ?? '';
  const ticked = query.getAll('tick');
  const found = sweeps.filter((card) => holds(card, wanted));
  return (
    <>
      <form class="filters" aria-label="Search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>Search names, states, tags and notes</span>
          <input
            type="search"
            value={wanted}
            onInput={(event) => setQuery({ search: event.currentTarget.value }, { replace: true })}
          />
        </label>
        <CompareTicked ticked={ticked} />
      </form>
      <p class="note" role="status">
        {found.length === sweeps.length
          ? counted(sweeps.length, 'sweep')
          : `${found.length} of ${counted(sweeps.length, 'sweep')}`}
      </p>
      <div class="sweeps-table">
        <DataTable
          caption="Sweeps"
          columns={columnsOf(ticked)}
          rows={found}
          most={200}
          empty={`No sweep has “${wanted}” in its name, state, tags or notes.`}
          dataOf={({ name }) => ({ 'data-sweep': name })}
        />
      </div>
    </>
  );
}

/** Each word somewhere. */
function holds({ name, state, tags, notes }: SweepCard, wanted: string): boolean {
  const text = [name, state, ...tags, notes].join('\n').toLocaleLowerCase('en');
  return wanted
    .toLocaleLowerCase('en')
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function CompareTicked({ ticked }: { readonly ticked: readonly string[] }) {
  const [a, b] = ticked;
  if (a === undefined || b === undefined) return <span class="note">Tick two sweeps to compare them.</span>;
  const address = `/compare?${new URLSearchParams({ a, b }).toString()}`;
  return (
    <a class="button" href={address}>
      Compare {a} with {b}
    </a>
  );
}

function columnsOf(ticked: readonly string[]): TableColumn<SweepCard>[] {
  return [
    {
      name: 'tick',
      label: 'compare',
      isPlain: true,
      value: ({ name }) => ticked.includes(name),
      show: ({ name }) => <Tick name={name} ticked={ticked} />,
    },
    {
      name: 'sweep',
      label: 'sweep',
      value: ({ name }) => name,
      show: (card) => <NameCell card={card} />,
    },
    { name: 'state', label: 'state', value: ({ state }) => state, show: (card) => <StateTag card={card} /> },
    {
      name: 'checkpoints',
      label: 'checkpoints',
      value: ({ checkpoints }) => checkpoints.total,
      show: ({ checkpoints: { done, total } }) => (done === total ? total : `${done} of ${total}`),
      number: true,
    },
    {
      name: 'runs',
      label: 'runs',
      hint: 'Trainings that its checkpoints are of',
      value: ({ runs }) => runs,
      show: ({ runs }) => (runs === 0 ? '?' : (runs ?? '')),
      number: true,
    },
    {
      name: 'launched',
      label: 'launched',
      value: ({ launched }) => launched,
      show: ({ launched }) => launched?.slice(0, 16).replace('T', ' ') ?? '',
    },
    {
      name: 'tags',
      label: 'tags',
      value: ({ tags }) => tags.join(', '),
      show: ({ tags }) => <TagList tags={tags} />,
    },
    { name: 'notes', label: 'notes', value: ({ notes }) => notes, show: ({ notes }) => shortened(notes) },
    {
      name: 'actions',
      label: 'actions',
      isPlain: true,
      value: () => null,
      show: (card) => <SweepActions card={card} />,
    },
  ];
}

function Tick({ name, ticked }: { readonly name: string; readonly ticked: readonly string[] }) {
  const isTicked = ticked.includes(name);
  return (
    <input
      type="checkbox"
      aria-label={`Compare ${name}`}
      checked={isTicked}
      disabled={!isTicked && ticked.length >= 2}
      onChange={() => {
        const now = isTicked ? ticked.filter((other) => other !== name) : [...ticked, name];
        setQuery({ tick: now }, { replace: true });
      }}
    />
  );
}

/** The name, and how far the sweep is while it is not whole. */
function NameCell({ card }: { readonly card: SweepCard }) {
  const { name, failedTasks, note } = card;
  return (
    <>
      <a href={sweepPath(name)}>{name}</a>
      {shareOf(card) < 1 || card.engine !== null || card.state !== 'complete' ? (
        <>
          <ProgressBar card={card} />
          <span class="note">{progressWords(card)}</span>
        </>
      ) : (
        <span class="visually-hidden">
          <ProgressBar card={card} />
        </span>
      )}
      {failedTasks > 0 && (
        <>
          {' '}
          <a class="failed-text" href={sweepPath(name, 'failures')}>
            {counted(failedTasks, 'failed task')}
          </a>
        </>
      )}
      {note !== null && <p class="note">{note}</p>}
    </>
  );
}

function TagList({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul class="tags">
      {tags.map((tag) => (
        <li key={tag} class="tag">
          {tag}
        </li>
      ))}
    </ul>
  );
}

const MOST_CHARACTERS = 80;

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
