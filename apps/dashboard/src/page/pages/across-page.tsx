import { acrossModel, depthChart, type AcrossRow, type AcrossRows } from '@unitscope/plots';
import { sweepPath, useAddress } from '../address.js';
import { useBoard } from '../board.js';
import { difference, figure } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { Choice, Filters } from '../parts/filters.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { viewUrl } from '../settings.js';

/** Two sweeps of the store side by side. */
export function AcrossPage() {
  const { query } = useAddress();
  const [a, b] = [query.get('a') ?? '', query.get('b') ?? ''];
  const names = useBoard().data?.sweeps.map(({ name }) => name) ?? [];
  const definition = query.get('definition') ?? '';
  const remote = useRemote<Answer<AcrossRows>>(
    a === '' || b === '' ? null : viewUrl(a, 'across', { with: b, definition }),
    loadRows,
  );
  return (
    <>
      <h1>{a === '' || b === '' ? 'Two sweeps side by side' : `${a} and ${b}`}</h1>
      <Filters label="Sweeps">
        <Choice label="A" name="a" value={a} options={names} none="choose" />
        <Choice label="B" name="b" value={b} options={names} none="choose" />
        <Choice
          label="H by"
          name="definition"
          value={definition}
          options={['code', 'paper']}
          none="as A has it"
        />
      </Filters>
      {a === '' || b === '' ? (
        <EmptyNotice title="Choose A and B: any two sweeps of the store" />
      ) : (
        <Loaded remote={remote} what="the comparison">
          {(found) => <Side found={found} />}
        </Loaded>
      )}
    </>
  );
}

function Side({ found }: { readonly found: Answer<AcrossRows> }) {
  const { rows, notes } = found;
  const { query } = useAddress();
  const categories = [...new Set(rows.map(({ category }) => category))];
  const pair = notes.pairs.find((name) => name === query.get('pair')) ?? notes.pairs.at(-1) ?? '';
  const category =
    categories.find((name) => name !== null && name === query.get('category')) ?? categories[0] ?? null;
  const shown = rows.filter((row) => row.pair === pair && row.category === category);
  const model = acrossModel(found, { pair, category });
  return (
    <>
      <Comparable notes={notes} />
      <Filters>
        <Choice
          label={`Checkpoints, of ${notes.pairs.length}`}
          name="pair"
          value={pair}
          options={notes.pairs}
        />
        {category !== null && (
          <Choice
            label="Category"
            name="category"
            value={category}
            options={categories.filter((name) => name !== null)}
          />
        )}
      </Filters>
      <ChartFigure
        title="Entropy by depth"
        note={`${pair}: mean H of the layers that both have.`}
        file={`${notes.a}-${notes.b}-depth-${pair}`}
        draw={(look) => depthChart(model, look)}
        drawn={JSON.stringify(model)}
        columns={COLUMNS}
        rows={shown}
      />
      <DataTable caption="Layers in common" columns={COLUMNS} rows={shown} />
    </>
  );
}

function Comparable({ notes }: { readonly notes: Answer<AcrossRows>['notes'] }) {
  return (
    <section class="comparable" aria-label="What is comparable">
      <h2>What is comparable</h2>
      <ul>
        {notes.words.map((words) => (
          <li key={words}>{words}</li>
        ))}
        <li>
          No test is made between sweeps. Within one, <a href={sweepPath(notes.a, 'compare')}>Compare</a>{' '}
          makes one.
        </li>
      </ul>
      {notes.left_out.length > 0 && (
        <>
          <h2>What is left out</h2>
          <ul>
            {notes.left_out.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function number(name: keyof AcrossRow, label: string, show = figure): TableColumn<AcrossRow> {
  const value = (row: AcrossRow): number | null => {
    const found = row[name];
    return typeof found === 'number' ? found : null;
  };
  return { name, label, value, show: (row) => show(value(row)), number: true };
}

const COLUMNS: readonly TableColumn<AcrossRow>[] = [
  { name: 'layer', label: 'layer', value: ({ layer }) => layer },
  {
    name: 'map_size',
    label: 'maps',
    value: ({ map_size }) => map_size,
    show: ({ map_size }) => `${map_size}²`,
    number: true,
  },
  number('entropy_a', 'H of A'),
  number('low_a', '95 % from'),
  number('high_a', 'to'),
  number('entropy_b', 'H of B'),
  number('low_b', '95 % from'),
  number('high_b', 'to'),
  number('difference', 'B − A', difference),
  number('relative_a', 'H / noise of A'),
  number('relative_b', 'H / noise of B'),
];
