import type { AblationAnswer } from '@unitscope/dashboard';
import { ablationChart, ablationModel, type AblationCurves } from '@unitscope/plots';
import { sweepPath, useAddress } from '../address.js';
import { figure } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { loadJson, useRemote } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

type Kept = AblationAnswer['kept'][number];

/** The curves of `unitscope ablate` that are kept with the sweep. */
export function AblationView(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const ablation = useAddress().query.get('ablation') ?? '';
  const remote = useRemote<AblationAnswer>(
    viewUrl(sweep, 'ablation', { ablation, layer: settings.layer }),
    loadJson,
    revision,
  );
  return (
    <Loaded remote={remote} what="the ablations">
      {({ kept, id, shown }) =>
        shown === null ? (
          <EmptyNotice title="No ablation of this sweep is kept yet">
            <p>One that is made appears here:</p>
            <pre>
              <code>{`npx unitscope ablate ${sweep} --layer ${props.outline.layers.at(-1) ?? 'LAYER'}`}</code>
            </pre>
          </EmptyNotice>
        ) : (
          <>
            <Curves curves={shown} />
            <section>
              <h2>Ablations that are kept</h2>
              <DataTable caption="Ablations" columns={columnsOf(props, id)} rows={kept} />
            </section>
          </>
        )
      }
    </Loaded>
  );
}

interface CurveStep {
  readonly ranking: string;
  readonly direction: string;
  readonly importance: string | null;
  readonly scope: string;
  readonly category: string | null;
  readonly ablated: number;
  readonly accuracy: number;
  readonly top5: number;
  readonly loss: number;
}

function Curves({ curves }: { readonly curves: AblationCurves }) {
  const model = ablationModel(curves);
  const rows = curves.curves.flatMap(({ points, ...of }) =>
    points.map((point): CurveStep => ({ ...of, ...point })),
  );
  return (
    <ChartFigure
      title={`Ablation of ${curves.layer} at ${curves.checkpoint}`}
      note={`${model.subtitle} What becomes of the network’s answers while the units of the layer are switched off one after another.`}
      file={`${curves.sweep}-ablation-${curves.layer}-${curves.checkpoint}`}
      draw={(look) => ablationChart(model, look)}
      drawn={JSON.stringify(model)}
      columns={STEPS}
      rows={rows}
    />
  );
}

function number(name: 'accuracy' | 'top5' | 'loss', label: string): TableColumn<CurveStep> {
  return { name, label, value: (row) => row[name], show: (row) => figure(row[name]), number: true };
}

const STEPS: readonly TableColumn<CurveStep>[] = [
  { name: 'ranking', label: 'ranking', value: ({ ranking }) => ranking },
  { name: 'direction', label: 'direction', value: ({ direction }) => direction },
  { name: 'importance', label: 'by category', value: ({ importance }) => importance },
  { name: 'scope', label: 'images', value: ({ scope }) => scope },
  { name: 'category', label: 'of', value: ({ category }) => category },
  { name: 'ablated', label: 'ablated', value: ({ ablated }) => ablated, number: true },
  number('accuracy', 'accuracy'),
  number('top5', 'top-5'),
  number('loss', 'loss'),
];

function columnsOf({ sweep, settings }: ViewProps, shown: string | null): TableColumn<Kept>[] {
  return [
    {
      name: 'layer',
      label: 'layer',
      value: ({ layer }) => layer,
      show: ({ id, layer }) => (
        <a
          href={sweepPath(sweep, 'ablation', { ...lasting(settings), ablation: id })}
          {...(id === shown && { 'aria-current': 'true' as const })}
        >
          {layer}
          <span class="visually-hidden">, ablation {id}</span>
        </a>
      ),
    },
    { name: 'checkpoint', label: 'checkpoint', value: ({ checkpoint }) => checkpoint },
    { name: 'units', label: 'units', value: ({ units }) => units, number: true },
    { name: 'images', label: 'images', value: ({ images }) => images, number: true },
    { name: 'rankings', label: 'rankings', value: ({ rankings }) => rankings.join(', ') },
    { name: 'directions', label: 'directions', value: ({ directions }) => directions.join(', ') },
    {
      name: 'is_current',
      label: 'checkpoint file',
      value: ({ isCurrent }) => (isCurrent ? 'as it is now' : 'another one since'),
    },
  ];
}
