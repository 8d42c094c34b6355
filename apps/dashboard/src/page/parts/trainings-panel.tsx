import type { ChangesAnswer, TrainingsAnswer } from '@unitscope/dashboard';
import { meanText, rangeText, runTrend, trendChart } from '@unitscope/plots';
import { sweepPath, useAddress } from '../address.js';
import { useDefinition } from '../definition.js';
import { counted, figure } from '../figures.js';
import { loadJson, useRemote } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';
import { ChartFigure } from './chart-figure.js';
import { DataTable, knownOf, type TableColumn } from './data-table.js';
import { CategoryChoice, Choice, Filters, LayerChoice } from './filters.js';
import { Loaded } from './notices.js';

type LayerOver = TrainingsAnswer['layers'][number];
type Changes = ChangesAnswer['trainings'][number];

/** Several trainings: the mean of each setting and its band, the trainings behind it, and what they come to by layer. */
export function TrainingsPanel(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const { query } = useAddress();
  const [by, facet] = [query.get('by') ?? '', query.get('facet') ?? ''];
  const { category, threshold, minSelectiveRate, layer, against } = settings;
  const asked = { category, threshold, minSelectiveRate, layer, against, by, facet };
  const found = useRemote<TrainingsAnswer>(viewUrl(sweep, 'trainings', asked), loadJson, revision);
  return (
    <>
      <Loaded remote={found} what="the trainings">
        {(answer) => (
          <>
            <Filters>
              <Choice
                label="Colour"
                name="by"
                value={by}
                options={answer.columns}
                none="what differs but for seeds"
              />
              <Choice label="Panels" name="facet" value={facet} options={answer.columns} none="layers" />
              <LayerChoice {...props} none={facet === '' ? 'all' : 'the deepest'} />
              <CategoryChoice {...props} />
            </Filters>
            <RunsFigure sweep={sweep} answer={answer} />
            <LayersOver answer={answer} />
          </>
        )}
      </Loaded>
      <ChangedUnits {...props} />
    </>
  );
}

function LayersOver({ answer }: { readonly answer: TrainingsAnswer }) {
  return (
    <section>
      <h2>Layers over the trainings</h2>
      <DataTable
        caption="Layers over the trainings"
        columns={knownOf(layerColumns(answer), answer.layers)}
        rows={answer.layers}
        most={20}
      />
      <p class="note">
        Each training is one value: means with 95 % intervals by Student’s t over the trainings of a setting.
        First, last, settled and the correlation are within each training. {answer.remarks.join(' ')}
      </p>
    </section>
  );
}

function ChangedUnits(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const { threshold, minSelectiveRate } = settings;
  const changes = useRemote<ChangesAnswer>(
    viewUrl(sweep, 'changes', { threshold, minSelectiveRate }),
    loadJson,
    revision,
  );
  return (
    <section id="changes">
      <h2>Units that died or awoke</h2>
      <Loaded remote={changes} what="the units">
        {({ words, trainings }) => (
          <>
            <p>{words}</p>
            <DataTable
              caption="Units that died or awoke, by training"
              columns={changeColumns(props)}
              rows={trainings}
              most={20}
            />
          </>
        )}
      </Loaded>
    </section>
  );
}

interface LinePoint {
  readonly panel: string;
  readonly setting: string;
  readonly line: string;
  readonly step: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

function RunsFigure({ sweep, answer }: { readonly sweep: string; readonly answer: TrainingsAnswer }) {
  const { axis, against, facets, relative, column, words } = answer;
  const definition = useDefinition();
  const frame = {
    title: `Feature entropy over the checkpoints of ${sweep} (${definition.name})`,
    subtitle: ['Thin lines: trainings; bands: 95 % over the trainings of a setting.', ...words].join(' '),
    stepLabel: axis === null ? 'checkpoint' : axis === 'step' ? 'training step' : axis,
    stepScale: answer.isWide ? ('log' as const) : ('linear' as const),
  };
  const sections = [
    { facets, label: 'mean H (nats)' },
    { facets: relative, label: 'H / H of noise', reference: { value: 1, label: 'noise' } },
    { facets: column, label: '', zero: against?.includes('loss') ?? false },
  ];
  const rows = sections.flatMap(({ facets: own, label }) =>
    own.flatMap(({ name, groups }) =>
      groups.flatMap(({ name: setting, mean, runs }) => {
        const panel = label === '' ? name : `${name}: ${label}`;
        return [
          ...mean.map((point): LinePoint => ({ panel, setting, line: 'mean', ...point })),
          ...runs.flatMap(({ run, points }) =>
            points.map((point): LinePoint => ({ panel, setting, line: run, ...point })),
          ),
        ];
      }),
    ),
  );
  return (
    <ChartFigure
      title="Entropy over the trainings"
      note={[
        `${counted(answer.trainings, 'training')}, each a thin line; thick: the mean over those of a setting, with its 95 % band over trainings.`,
        ...words,
      ].join(' ')}
      file={`${sweep}-trainings`}
      draw={(look) => trendChart(runTrend(frame, sections), look)}
      drawn={answer}
      columns={POINT_COLUMNS}
      rows={rows}
    />
  );
}

const POINT_COLUMNS: readonly TableColumn<LinePoint>[] = [
  { name: 'panel', label: 'panel', value: ({ panel }) => panel },
  { name: 'setting', label: 'setting', value: ({ setting }) => setting },
  { name: 'training', label: 'training', value: ({ line }) => line },
  { name: 'step', label: 'step', value: ({ step }) => step, number: true },
  ...(['value', 'low', 'high'] as const).map((name): TableColumn<LinePoint> => {
    const label = { value: 'value', low: '95 % from', high: 'to' }[name];
    return { name, label, value: (row) => row[name], show: (row) => figure(row[name]), number: true };
  }),
];

function layerColumns({ against, layers }: TrainingsAnswer): TableColumn<LayerOver>[] {
  const over = (name: 'first' | 'last' | 'change', label: string): TableColumn<LayerOver> => ({
    name,
    label,
    value: (row) => row[name].mean,
    show: (row) => meanText(row[name], row.runs, figure),
    number: true,
  });
  return [
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    ...(layers.some(({ setting }) => setting !== null)
      ? ([
          { name: 'setting', label: 'setting', value: ({ setting }) => setting },
          { name: 'runs', label: 'trainings', value: ({ runs }) => runs, number: true },
        ] satisfies TableColumn<LayerOver>[])
      : []),
    over('first', 'H at the first'),
    over('last', 'H at the last'),
    over('change', 'change'),
    {
      name: 'settled',
      label: 'settled in',
      value: ({ settled }) => settled,
      show: ({ settled, trainings }) => (trainings === 0 ? '' : `${settled} of ${trainings}`),
    },
    ...(against === null
      ? []
      : [
          {
            name: 'rho',
            label: `Spearman ρ with ${against}`,
            hint: 'The median over trainings, the lowest and the highest',
            value: ({ correlation }: LayerOver) => correlation?.median ?? null,
            show: ({ correlation, runs }: LayerOver) => rangeText(correlation, runs, figure),
            number: true,
          },
        ]),
  ];
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
