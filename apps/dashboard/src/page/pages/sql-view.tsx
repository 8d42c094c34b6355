import { columnChart, columnModel, type ColumnChart } from '@unitscope/plots';
import { useState } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';
import { choiceOf, plain, type Chosen, type SqlRow } from '../charts/sql-choice.js';
import { counted } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { Choice, Filters } from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Rows } from '../remote-data.js';
import { viewUrl, type ViewProps } from '../settings.js';

/** The mean entropy H of each layer, as every other view has it. */
const FIRST =
  "SELECT checkpoint, layer, entropy_mean, cells\nFROM layers\nWHERE scope = 'all'\nORDER BY layer, checkpoint";

const TABLES: readonly (readonly [string, string])[] = [
  [
    'units',
    'checkpoint, layer, category, unit, entropy, selective_rate, ineffectiveness, sensitive, births, images, l1_norm, apoz, …',
  ],
  ['layers', 'checkpoint, layer, scope, category, units, sensitive_units, entropy_mean, entropy_ci_low, …'],
  ['checkpoints', 'checkpoint, checkpoint_index, run, place, digest, meta_…'],
  ['births', 'checkpoint, layer, category, unit, image, birth_rank (where births are kept)'],
  ['objects', 'checkpoint, layer, category, activations, units, births (their keys in the store)'],
  ['failures', 'checkpoint, layer, category, task, attempts, code, message'],
];

/** SQL over the results, its rows and a chart of them. */
export function SqlView({ sweep, outline, settings, revision }: ViewProps) {
  const { query } = useAddress();
  const asked = query.get('q') ?? '';
  const [text, setText] = useState(asked === '' ? FIRST : asked);
  const { threshold, minSelectiveRate } = settings;
  const stated = [
    ...(threshold === '' ? [] : [`threshold ${threshold}`]),
    ...(minSelectiveRate === '' ? [] : [`a least selective rate of ${minSelectiveRate}`]),
  ].join(' and ');
  const url = viewUrl(sweep, 'sql', { q: asked, threshold, minSelectiveRate });
  const result = useRemote<Rows<SqlRow, object>>(asked === '' ? null : url, loadRows, revision);
  const run = (): void => setQuery({ q: text, x: null, y: null, by: null });
  return (
    <>
      <form
        class="sql"
        aria-label="SQL"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <label>
          <span class="visually-hidden">SQL</span>
          <textarea
            rows={6}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                run();
              }
            }}
          />
        </label>
        <div class="row">
          <button type="submit" class="main">
            Run
          </button>
          <span class="note">
            Ctrl+Enter. One SELECT; it reads and writes nothing else.
            {outline.runs.length > 1 && ' The tables are of all trainings; run in checkpoints says which.'}
            {stated !== '' && ` H is stated with ${stated}.`}
          </span>
        </div>
      </form>
      <TableNames />
      {asked !== '' && (
        <Loaded remote={result} what="the answer">
          {(found) => <SqlResult sweep={sweep} found={found} all={`${url}&format=csv`} />}
        </Loaded>
      )}
    </>
  );
}

function TableNames() {
  return (
    <details>
      <summary>Tables</summary>
      <dl class="schema">
        {TABLES.map(([name, columns]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{columns}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

interface ResultProps {
  readonly sweep: string;
  readonly found: Rows<SqlRow, object>;
  /** Where all rows are, as CSV. */
  readonly all: string;
}

function SqlResult({ sweep, found, all }: ResultProps) {
  const { query } = useAddress();
  const { names, rows, total } = found;
  const numbers = names.filter((name) => rows.some((row) => typeof row[name] === 'number'));
  const columns = names.map((name): TableColumn<SqlRow> => ({
    name,
    label: name,
    value: (row) => plain(row[name]),
    ...(numbers.includes(name) && { show: (row) => shown(row[name]) }),
    number: numbers.includes(name),
  }));
  const chosen = choiceOf(names, numbers, rows, query);
  return (
    <section>
      <p class="row">
        <span data-rows={total}>
          {total > rows.length ? `${rows.length.toLocaleString('en')} of ` : ''}
          {counted(total, 'row')}
        </span>
        <span class="spacer" />
        <a href={all} download={`${sweep}-sql.csv`}>
          All rows as CSV
        </a>
      </p>
      <DataTable caption="Result" columns={columns} rows={rows} most={20} empty="No rows." />
      {chosen !== null && rows.length > 0 && (
        <>
          <h2 class="visually-hidden">Chart</h2>
          <Filters>
            <Choice label="Mark" name="mark" value={chosen.mark} options={chosen.marks} />
            <Choice label="x" name="x" value={chosen.x} options={names} />
            <Choice label="y" name="y" value={chosen.y} options={numbers} />
            <Choice label="by" name="by" value={chosen.by} options={names} none="nothing" />
          </Filters>
          <ChartFigure
            title={`${chosen.y} by ${chosen.x}`}
            note={drawnWords(chosen, rows, total)}
            file={`${sweep}-sql`}
            draw={(look) => columnChart(modelOf(chosen, rows), look)}
            drawn={`${all} ${JSON.stringify(chosen)} ${rows.length}`}
            columns={columns.filter(({ name }) => [chosen.x, chosen.y, chosen.by].includes(name))}
            rows={rows}
          />
        </>
      )}
    </section>
  );
}

function modelOf(chosen: Chosen, rows: readonly SqlRow[]): ColumnChart {
  return columnModel(rows, chosen, (row, column) => plain(row[column]));
}

/** Which rows the chart has, where that is not all of them. */
function drawnWords(chosen: Chosen, rows: readonly SqlRow[], total: number): string {
  const drawn = modelOf(chosen, rows).points.length;
  if (drawn === total) return `${counted(total, 'row')}.`;
  const empty = rows.length - drawn;
  const parts = [
    ...(rows.length < total ? [`the first ${rows.length.toLocaleString('en')} are here`] : []),
    ...(empty > 0
      ? [`${empty.toLocaleString('en')} have no number in ${chosen.y} or no value in ${chosen.x}`]
      : []),
  ];
  return `${drawn.toLocaleString('en')} of ${counted(total, 'row')} are drawn: ${parts.join('; ')}.`;
}

function shown(value: unknown): string {
  const found = plain(value);
  if (typeof found !== 'number') return found === null ? '' : String(found);
  return Number.isInteger(found) ? String(found) : String(Number(found.toPrecision(6)));
}
