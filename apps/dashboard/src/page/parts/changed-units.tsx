import type { ChangesAnswer } from '@unitscope/dashboard';
import { sweepPath } from '../address.js';
import { loadJson, useRemote, type Remote } from '../remote-data.js';
import { scopeWords } from '../scope-words.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';
import { DataTable, type TableColumn } from './data-table.js';
import { Loaded } from './notices.js';

type Changes = ChangesAnswer['trainings'][number];

/** The units of one layer that died in one training. */
interface Dead extends Pick<Changes, 'run' | 'last'> {
  readonly layer: string | null;
  readonly died: number;
  /** The first of them. */
  readonly units: readonly number[];
}

/** The units that died and awoke within each training. */
export function useChanges({ sweep, settings, revision }: ViewProps): Remote<ChangesAnswer> {
  const { category, layer, threshold, minSelectiveRate, definition } = settings;
  const asked = { category, layer, threshold, minSelectiveRate, definition };
  return useRemote<ChangesAnswer>(viewUrl(sweep, 'changes', asked), loadJson, revision);
}

/** How many units died and awoke in which training, and which died. */
export function ChangedUnits({ changes, ...props }: ViewProps & { readonly changes: Remote<ChangesAnswer> }) {
  const scope = scopeWords(props.settings, { layer: true, category: true });
  return (
    <section id="changes">
      <h2>Units that died or awoke</h2>
      <Loaded remote={changes} what="the units">
        {({ words, trainings }) => (
          <>
            <p>{scope === '' ? words : `${scope} ${words}`}</p>
            <DataTable
              caption="Units that died or awoke, by training"
              columns={changeColumns(props)}
              rows={trainings}
              most={20}
            />
            <h2>Units that died, by training and layer</h2>
            <DataTable
              caption="Units that died, by training and layer"
              columns={deadColumns(props)}
              rows={trainings.flatMap(({ run, last, dead }) =>
                dead.map((own): Dead => ({ run, last, ...own })),
              )}
              most={20}
              empty="No unit that was once sensitive stopped being so in its training."
            />
          </>
        )}
      </Loaded>
    </section>
  );
}

function changeColumns({ sweep, settings }: ViewProps): TableColumn<Changes>[] {
  const number = (name: 'ever' | 'died' | 'awoke', label: string): TableColumn<Changes> => {
    return { name, label, value: (row) => row[name], number: true };
  };
  return [
    {
      name: 'training',
      label: 'training',
      value: ({ run }) => run,
      show: ({ run }) => <a href={sweepPath(sweep, '', { ...lasting(settings), run: run ?? '' })}>{run}</a>,
    },
    { name: 'first', label: 'from', value: ({ first }) => first },
    { name: 'last', label: 'to', value: ({ last }) => last },
    { name: 'checkpoints', label: 'checkpoints', value: ({ checkpoints }) => checkpoints, number: true },
    number('ever', 'units ever sensitive'),
    number('died', 'died'),
    number('awoke', 'awoke'),
  ];
}

function deadColumns({ sweep, settings }: ViewProps): TableColumn<Dead>[] {
  return [
    { name: 'training', label: 'training', value: ({ run }) => run },
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    { name: 'died', label: 'died', value: ({ died }) => died, number: true },
    {
      name: 'units',
      label: 'units',
      isPlain: true,
      value: ({ units }) => units.join(' '),
      show: ({ run, last: checkpoint, layer, died, units }) => (
        <span class="unit-list">
          {units.map((unit) => (
            <a
              key={unit}
              href={sweepPath(sweep, 'unit', {
                ...lasting(settings),
                run: run ?? '',
                layer,
                unit,
                checkpoint,
              })}
            >
              {unit}
            </a>
          ))}
          {died > units.length && <span class="note">and {died - units.length} more</span>}
        </span>
      ),
    },
  ];
}
