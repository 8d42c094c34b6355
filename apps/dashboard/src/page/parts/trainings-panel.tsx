import type { TrainingsAnswer } from '@unitscope/dashboard';
import {
  SETTLED_MEANS,
  meanText,
  rangeText,
  runPoints,
  runsModel,
  runsWithin,
  settledText,
  trendChart,
  type RunLinePoint,
} from '@unitscope/plots';
import { useMemo } from 'preact/hooks';
import { sweepPath, useAddress } from '../address.js';
import { useDefinition } from '../definition.js';
import { counted, figure } from '../figures.js';
import { loadJson, useRemote, type Remote } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';
import { ChartFigure } from './chart-figure.js';
import { DataTable, knownOf, type TableColumn } from './data-table.js';
import { AgainstChoice, CategoryChoice, Choice, Filters, LayerChoice, ThresholdSlider } from './filters.js';
import { LayersSettling } from './layers-settling.js';
import { Loaded } from './notices.js';
import { useSteps } from './steps-brush.js';

type LayerOver = TrainingsAnswer['layers'][number];

/** The trainings side by side, as the address asks for them. */
export function useTrainings({ sweep, settings, revision }: ViewProps): Remote<TrainingsAnswer> {
  const { query } = useAddress();
  const [by, facet] = [query.get('by') ?? '', query.get('facet') ?? ''];
  const { category, threshold, minSelectiveRate, definition, layer, against } = settings;
  const asked = { category, threshold, minSelectiveRate, definition, layer, against, by, facet };
  return useRemote<TrainingsAnswer>(viewUrl(sweep, 'trainings', asked), loadJson, revision);
}

/** Several trainings: the mean of each setting and its band, the trainings behind it, and what they come to by layer. */
export function TrainingsPanel({ found, ...props }: ViewProps & { readonly found: Remote<TrainingsAnswer> }) {
  const { sweep } = props;
  const { query } = useAddress();
  const [by, facet] = [query.get('by') ?? '', query.get('facet') ?? ''];
  return (
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
            <AgainstChoice {...props} label="Correlation with" />
            <ThresholdSlider {...props} />
          </Filters>
          <SettingPairs {...props} answer={answer} />
          <RunsFigure sweep={sweep} answer={answer} />
          <LayersOver answer={answer} />
          <LayersSettling {...props} answer={answer} />
        </>
      )}
    </Loaded>
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
        First, last and settled
        {answer.against === null ? ' are' : `, and the correlation with ${answer.against}, are`} within each
        training. {answer.remarks.join(' ')}
      </p>
    </section>
  );
}

/** Is one setting better than another, and how sure is that? */
function SettingPairs({
  sweep,
  settings,
  answer: { pairs },
}: Pick<ViewProps, 'sweep' | 'settings'> & { readonly answer: TrainingsAnswer }) {
  return (
    pairs.length > 0 && (
      <p>
        {pairs.map(({ a, b }, i) => (
          <>
            {i > 0 && ' · '}
            <a
              key={`${a} ${b}`}
              href={sweepPath(sweep, 'compare', { ...lasting(settings), category: '', a, b })}
            >
              Compare {a} with {b}
            </a>
          </>
        ))}
      </p>
    )
  );
}

function RunsFigure({ sweep, answer }: { readonly sweep: string; readonly answer: TrainingsAnswer }) {
  const { definition } = useDefinition();
  const { steps, brush } = useSteps();
  const shown = useMemo(
    () => (steps === null ? answer : runsWithin(answer, steps.from ?? 0, steps.to ?? Infinity)),
    [answer, steps?.from, steps?.to],
  );
  return (
    <ChartFigure
      title="Entropy over the trainings"
      note={[
        `${counted(answer.trainings, 'training')}, each a thin line; thick: the mean over those of a setting, with its 95 % band over trainings.`,
        ...shown.words,
      ].join(' ')}
      file={`${sweep}-trainings`}
      draw={(look) => trendChart(runsModel(shown, { sweep, definition }), look)}
      drawn={shown}
      columns={POINT_COLUMNS}
      rows={runPoints(shown)}
      brush={brush}
    />
  );
}

const POINT_COLUMNS: readonly TableColumn<RunLinePoint>[] = [
  { name: 'panel', label: 'panel', value: ({ panel }) => panel },
  { name: 'setting', label: 'setting', value: ({ setting }) => setting },
  { name: 'training', label: 'training', value: ({ line }) => line },
  { name: 'step', label: 'step', value: ({ step }) => step, number: true },
  ...(['value', 'low', 'high'] as const).map((name): TableColumn<RunLinePoint> => {
    const label = { value: 'value', low: '95 % from', high: 'to' }[name];
    return { name, label, value: (row) => row[name], show: (row) => figure(row[name]), number: true };
  }),
];

function layerColumns({ against, axis, layers }: TrainingsAnswer): TableColumn<LayerOver>[] {
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
    over('first', 'H at first'),
    over('last', 'H at last'),
    over('change', 'change'),
    {
      name: 'settled',
      label: `settled in (${axis ?? 'place'})`,
      hint: `In how many trainings it settled, and at which ${axis ?? 'place'}. ${SETTLED_MEANS}`,
      value: ({ settled }) => settled,
      show: settledText,
    },
    ...(against === null
      ? []
      : [
          {
            name: 'rho',
            label: 'Spearman ρ',
            hint: `Of H with ${against}: the median over trainings, the lowest and the highest`,
            value: ({ correlation }: LayerOver) => correlation?.median ?? null,
            show: ({ correlation, runs }: LayerOver) => rangeText(correlation, runs, figure),
            number: true,
          },
        ]),
  ];
}
