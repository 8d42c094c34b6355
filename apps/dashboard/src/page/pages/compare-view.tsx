import { differenceChart, type Differences } from '@unitscope/plots';
import { useEffect, useState } from 'preact/hooks';
import { setQuery } from '../address.js';
import { useDefinition, type DefinitionWords } from '../definition.js';
import { ChartFigure } from '../parts/chart-figure.js';
import { LAYER_COLUMNS, unitDifferenceColumns } from '../parts/comparison-columns.js';
import { DataTable, knownOf } from '../parts/data-table.js';
import { Filters, ThresholdSlider } from '../parts/filters.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { changedColumns } from '../parts/unit-columns.js';
import { verdictOf } from '../parts/verdict.js';
import { loadRows, useRemote, type Remote, type Rows } from '../remote-data.js';
import type { ChangedRow, LayerDifferenceRow, UnitDifferenceRow } from '../rows.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

/** What changed between two checkpoints, or two groups of them, and how sure that is. */
export function CompareView(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  // Where nothing places the checkpoints none is the first or the last one.
  const ends = outline.problem === null ? outline.checkpoints : [];
  const a = settings.a === '' ? (ends[0]?.label ?? '') : settings.a;
  const b = settings.b === '' ? (ends.at(-1)?.label ?? '') : settings.b;
  const query = { ...lasting(settings), category: '', a, b };
  const alone = outline.checkpoints.length < 2;
  const open = a === '' || b === '';
  const definition = useDefinition();
  const layers = useRemote<Rows<LayerDifferenceRow>>(
    alone || open ? null : viewUrl(sweep, 'compare-layers', query),
    loadRows,
    revision,
  );
  const units = useRemote<Rows<UnitDifferenceRow>>(
    alone || open ? null : viewUrl(sweep, 'compare-units', query),
    loadRows,
    revision,
  );
  const changed = useRemote<Rows<ChangedRow>>(
    alone || open ? null : viewUrl(sweep, 'compare-changed', query),
    loadRows,
    revision,
  );
  if (alone)
    return <EmptyNotice title="One checkpoint has results: there is nothing to compare it with yet" />;
  const sides = (
    <Filters>
      <Side name="a" label="A" value={a} {...props} />
      <Side name="b" label="B" value={b} {...props} />
      <button type="button" onClick={() => setQuery({ a: b, b: a })}>
        Swap
      </button>
      <ThresholdSlider {...props} />
    </Filters>
  );
  if (open) {
    return (
      <>
        {sides}
        <EmptyNotice title="Choose A and B: nothing says which checkpoint is the first or the last" />
      </>
    );
  }
  return (
    <>
      {sides}
      <Loaded remote={layers} what="the comparison">
        {(found) => (
          <>
            <p class="verdict">{verdictOf(found)}</p>
            {(found.notes.get('caveat') ?? '') !== '' && <p class="note">{found.notes.get('caveat')}</p>}
            <ChartFigure
              title={`Change of mean entropy from ${a} to ${b}`}
              note={`${definition.name}: B − A over ${definition.over}, with a 95 % interval; full: q < 0.05 (Benjamini–Hochberg) and 0 outside the interval.`}
              file={`${sweep}-compare`}
              draw={(look) => differenceChart(differencesModel(a, b, found, definition), look)}
              drawn={found}
              columns={LAYER_COLUMNS}
              rows={found.rows}
            />
            <section>
              <h2>Layers</h2>
              <DataTable
                caption="Layers compared"
                columns={knownOf(LAYER_COLUMNS, found.rows)}
                rows={found.rows}
              />
              <p class="note">
                {found.rows.every(({ p }) => p === null)
                  ? 'No layer has a test.'
                  : found.notes.get('replication') === 'units'
                    ? 'Units of one network are trained together and see the same images: they are not independent, and p and intervals are narrower than the truth. Whether a way of training is better takes several trainings, compared as groups.'
                    : `Each training is one value (${found.notes.get('runsA') ?? ''} of A, ${found.notes.get('runsB') ?? ''} of B): intervals by Student’s t, p by permutation over trainings.`}
              </p>
            </section>
          </>
        )}
      </Loaded>
      <Loaded remote={units} what="the units">
        {(found) =>
          // Between trainings units are not the same units.
          found.notes.get('replication') === 'units' && (
            <section>
              <h2>Units that moved most</h2>
              <p class="note">
                {found.notes.get('moved')} of {found.notes.get('units')} units × categories that are sensitive
                in A and in B have holes born at other ranks (q &lt; 0.05).
              </p>
              <DataTable
                caption="Units that moved most"
                columns={unitDifferenceColumns(props, b)}
                rows={found.rows}
                most={25}
              />
            </section>
          )
        }
      </Loaded>
      <Changed {...props} changed={changed} />
    </>
  );
}

/** The units without an H on one side. */
function Changed({ changed, ...props }: ViewProps & { readonly changed: Remote<Rows<ChangedRow>> }) {
  return (
    <Loaded remote={changed} what="the units that died or awoke">
      {({ rows, notes }) =>
        // Between trainings units are not the same units.
        notes.get('replication') === 'units' && (
          <section>
            <h2>Units that died or awoke, by category</h2>
            <DataTable
              caption="Units that died or awoke, by category"
              columns={changedColumns<ChangedRow>(
                props,
                'Died: sensitive in A and not in B. Awoke: sensitive in B and not in A',
              )}
              rows={rows}
              most={25}
              empty="None in any category."
            />
          </section>
        )
      }
    </Loaded>
  );
}

interface SideProps extends ViewProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

/** A checkpoint by its label, or a condition on metadata. */
function Side({ name, label, value, outline }: SideProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const list = `checkpoints-${name}`;
  return (
    <label>
      <span>{label}: a checkpoint, or a condition such as step&gt;=128</span>
      <input
        type="text"
        list={list}
        value={text}
        size={24}
        onInput={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          if (outline.checkpoints.some((checkpoint) => checkpoint.label === next)) setQuery({ [name]: next });
        }}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value.trim() })}
      />
      <datalist id={list}>
        {outline.checkpoints.map((checkpoint) => (
          <option key={checkpoint.label} value={checkpoint.label} />
        ))}
      </datalist>
    </label>
  );
}

function differencesModel(
  a: string,
  b: string,
  { rows }: Rows<LayerDifferenceRow>,
  { name: which, over }: DefinitionWords,
): Differences {
  return {
    title: `Change of mean feature entropy from ${a} to ${b} (${which})`,
    subtitle: `Over ${over}; 95 % intervals; full: q < 0.05 and 0 outside.`,
    label: 'H of B − H of A (nats)',
    rows: rows.map(({ layer, difference: value, low, high, certain }) => ({
      name: layer ?? '',
      value,
      low,
      high,
      certain,
    })),
  };
}
