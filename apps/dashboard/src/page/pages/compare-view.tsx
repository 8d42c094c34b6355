import type {
  ChangedRow,
  ComparisonNotes,
  LayerDifferenceRows,
  OutcomeRows,
  UnitDifferenceRows,
} from '@unitscope/plots';
import { comparedSides } from '../compared-sides.js';
import { CompareSides } from '../parts/compare-sides.js';
import { ComparedLayers } from '../parts/compared-layers.js';
import { ComparedOutcomes } from '../parts/compared-outcomes.js';
import { ChangedUnits, MovedUnits } from '../parts/compared-units.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer, type Rows } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

/** What changed between two checkpoints, or two groups of them, and how sure that is. */
export function CompareView(props: ViewProps) {
  const { outline, settings } = props;
  if (outline.checkpoints.length < 2)
    return <EmptyNotice title="One checkpoint has results: there is nothing to compare it with yet" />;
  const { a, b } = comparedSides(outline, settings);
  const given = settings.a === '' ? settings.b : settings.a;
  return (
    <>
      <CompareSides {...props} a={a} b={b} />
      {a === '' || b === '' ? (
        <EmptyNotice
          title={
            given === ''
              ? 'Choose A and B: nothing says which checkpoint is the first or the last'
              : `Choose A and B: nothing says what “${given}” is to be compared with`
          }
        />
      ) : (
        <Compared {...props} a={a} b={b} />
      )}
    </>
  );
}

/** The layers, the units that moved, and those that died or awoke. */
function Compared(props: ViewProps & { readonly a: string; readonly b: string }) {
  const { sweep, settings, revision, a, b } = props;
  const query = { ...lasting(settings), category: '', a, b };
  const url = (view: string, more = {}): string => viewUrl(sweep, view, { ...query, ...more });
  const { layer } = settings;
  const layers = useRemote<Answer<LayerDifferenceRows>>(url('compare-layers'), loadRows, revision);
  const outcomes = useRemote<Answer<OutcomeRows>>(url('compare-outcomes'), loadRows, revision);
  const units = useRemote<Answer<UnitDifferenceRows>>(url('compare-units', { layer }), loadRows, revision);
  const changed = useRemote<Rows<ChangedRow, ComparisonNotes>>(
    url('compare-changed', { layer }),
    loadRows,
    revision,
  );
  // What is wrong with A and B is said once.
  return (
    <>
      <Loaded remote={layers} what="the comparison">
        {(found) => <ComparedLayers sweep={sweep} found={found} />}
      </Loaded>
      {layers.error === null && (
        <>
          <Loaded remote={outcomes} what="accuracy and loss">
            {(found) => <ComparedOutcomes found={found} />}
          </Loaded>
          <Loaded remote={units} what="the units">
            {(found) => isOfUnits(found) && <MovedUnits {...props} found={found} />}
          </Loaded>
          <Loaded remote={changed} what="the units that died or awoke">
            {(found) => isOfUnits(found) && <ChangedUnits {...props} rows={found.rows} total={found.total} />}
          </Loaded>
        </>
      )}
    </>
  );
}

/** Between trainings units are not the same units. */
function isOfUnits({ notes }: { readonly notes: ComparisonNotes }): boolean {
  return notes.replication === 'units';
}
