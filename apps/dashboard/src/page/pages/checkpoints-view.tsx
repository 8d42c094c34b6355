import {
  embeddingChart,
  embeddingModel,
  embeddingWords,
  type EmbeddedRow,
  type EmbeddedRows,
  type Embedding,
} from '@unitscope/plots';
import { sweepPath, useAddress } from '../address.js';
import { useDefinition } from '../definition.js';
import { figure } from '../figures.js';
import { useCheckpointNotes } from '../notes/checkpoint-notes.js';
import { ChartFigure } from '../parts/chart-figure.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { CategoryChoice, Choice, Filters, ThresholdSlider } from '../parts/filters.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

/** Checkpoints as points, near each other where their layers have like H. */
export function CheckpointsView(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  const by = useAddress().query.get('by') ?? '';
  const query = { ...lasting(settings), run: '', by };
  const embedded = useRemote<Answer<EmbeddedRows>>(viewUrl(sweep, 'embedding', query), loadRows, revision);
  const columns = embedded.data?.notes.columns ?? [];
  return (
    <>
      <Filters>
        {columns.length > 0 && (
          <Choice
            label="Colour by"
            name="by"
            value={by}
            options={columns}
            none={outline.runs.length > 1 ? 'training' : 'place in the training'}
          />
        )}
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={embedded} what="the checkpoints">
        {(found) => <Points {...props} found={found} />}
      </Loaded>
    </>
  );
}

function Points(props: ViewProps & { readonly found: Answer<EmbeddedRows> }) {
  const { sweep, found } = props;
  const { definition } = useDefinition();
  const notes = useCheckpointNotes(sweep);
  if (found.notes.too_few !== null)
    return (
      <EmptyNotice title="Too few for points">
        <p>{found.notes.too_few}</p>
      </EmptyNotice>
    );
  const model = annotated(embeddingModel(found, { sweep, definition }), notes);
  const columns = columnsOf(props, found.notes.by, notes);
  return (
    <>
      <ChartFigure
        title="Checkpoints by H of their layers"
        note={embeddingWords(model)}
        file={`${sweep}-checkpoints${found.notes.category === null ? '' : `-${found.notes.category}`}`}
        draw={(look) => embeddingChart(model, look)}
        drawn={JSON.stringify(model)}
        columns={columns}
        rows={found.rows}
        hrefOf={({ checkpoint, run }) => checkpointPath(props, checkpoint, run)}
      />
      <section>
        <h2>Checkpoints</h2>
        <DataTable caption="Checkpoints" columns={columns} rows={found.rows} most={30} />
      </section>
      <section>
        <h2>What the components are made of</h2>
        <DataTable caption="Loadings" columns={LOADINGS} rows={loadingsOf(found)} most={30} />
      </section>
    </>
  );
}

/** Points with what people wrote of their checkpoints. */
function annotated(model: Embedding, notes: ReadonlyMap<string, string>): Embedding {
  const points = model.points.map((point) => {
    const annotation = notes.get(point.name);
    return annotation === undefined ? point : { ...point, annotation };
  });
  return { ...model, points };
}

interface Loading {
  readonly layer: string;
  readonly first: number | undefined;
  readonly second: number | undefined;
}

function loadingsOf({ notes: { layers, loadings } }: Answer<EmbeddedRows>): Loading[] {
  return layers.map((layer, i) => ({ layer, first: loadings[0]?.[i], second: loadings[1]?.[i] }));
}

const LOADINGS: readonly TableColumn<Loading>[] = [
  { name: 'layer', label: 'layer', value: ({ layer }) => layer },
  {
    name: 'first',
    label: 'component 1',
    value: ({ first }) => first,
    show: ({ first }) => figure(first),
    number: true,
  },
  {
    name: 'second',
    label: 'component 2',
    value: ({ second }) => second,
    show: ({ second }) => figure(second),
    number: true,
  },
];

/** Where a checkpoint is looked at by itself. */
function checkpointPath({ sweep, settings }: ViewProps, checkpoint: unknown, run: unknown): string | null {
  if (typeof checkpoint !== 'string') return null;
  const training = typeof run === 'string' ? run : null;
  return sweepPath(sweep, 'depth', { ...lasting(settings), run: training, checkpoint });
}

function columnsOf(
  props: ViewProps,
  by: string | null,
  notes: ReadonlyMap<string, string>,
): TableColumn<EmbeddedRow>[] {
  return [
    {
      name: 'checkpoint',
      label: 'checkpoint',
      value: ({ checkpoint }) => checkpoint,
      show: ({ checkpoint, run }) => <a href={checkpointPath(props, checkpoint, run) ?? ''}>{checkpoint}</a>,
    },
    { name: 'run', label: 'training', value: ({ run }) => run },
    { name: 'step', label: 'place', value: ({ step }) => step, number: true },
    ...(by === null || by === 'run'
      ? []
      : [{ name: 'text', label: by, value: ({ number, text }: EmbeddedRow) => number ?? text }]),
    { name: 'x', label: 'component 1', value: ({ x }) => x, show: ({ x }) => figure(x), number: true },
    { name: 'y', label: 'component 2', value: ({ y }) => y, show: ({ y }) => figure(y), number: true },
    ...(notes.size === 0
      ? []
      : [
          {
            name: 'annotation',
            label: 'annotation',
            value: ({ checkpoint }: EmbeddedRow) => notes.get(checkpoint) ?? null,
          },
        ]),
  ];
}
