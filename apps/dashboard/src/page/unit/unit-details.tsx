import {
  birthsModel,
  columnChart,
  imagesModel,
  pathModel,
  pathPoints,
  pathWords,
  trendChart,
  unitChart,
  type BirthRow,
  type BirthRows,
  type ImageBirthRow,
  type ImageBirthRows,
  type PathPoint,
  type UnitPathRows,
} from '@unitscope/plots';
import { useDefinition } from '../definition.js';
import { figure, shownCheckpoints } from '../figures.js';
import { ChartFigure } from '../parts/chart-figure.js';
import type { TableColumn } from '../parts/data-table.js';
import { EmptyNotice, Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

const PATH_COLUMNS: readonly TableColumn<PathPoint>[] = [
  { name: 'checkpoint', label: 'checkpoint', value: ({ checkpoint }) => checkpoint },
  { name: 'step', label: 'step', value: ({ step }) => step, number: true },
  {
    name: 'entropy',
    label: 'H',
    value: ({ entropy }) => entropy,
    show: ({ entropy }) => figure(entropy),
    number: true,
  },
  {
    name: 'selective_rate',
    label: 'ε',
    value: ({ selectiveRate }) => selectiveRate,
    show: ({ selectiveRate }) => figure(selectiveRate),
    number: true,
  },
  {
    name: 'sensitive_in',
    label: 'sensitive in',
    value: ({ sensitiveIn }) => sensitiveIn,
    show: ({ sensitiveIn, categories }) => `${sensitiveIn} of ${categories}`,
    number: true,
  },
];

const BIRTH_COLUMNS: readonly TableColumn<BirthRow>[] = [
  { name: 'index', label: 'birth index', value: ({ index }) => index, number: true },
  { name: 'images', label: 'images', value: ({ images }) => images, number: true },
];

const IMAGE_COLUMNS: readonly TableColumn<ImageBirthRow>[] = [
  { name: 'category', label: 'category', value: ({ category }) => category },
  { name: 'image', label: 'image', value: ({ image }) => image },
  {
    name: 'index',
    label: 'birth index',
    value: ({ index }) => index,
    show: ({ index }) => index ?? 'none',
    number: true,
  },
];

/** Every chart of a unit, with its numbers. */
export function UnitDetails(
  props: ViewProps & { readonly layer: string; readonly unit: number; readonly checkpoint: string },
) {
  const { sweep, settings, layer, unit, checkpoint } = props;
  const query = { ...lasting(settings), layer, unit: String(unit) };
  const part: PartProps = {
    ...props,
    query: { ...query, checkpoint },
    name: `unit ${unit} of ${layer}`,
    category: settings.category === '' ? null : settings.category,
    file: `${sweep}-${layer}-${unit}`,
  };
  return (
    <>
      <UnitPath {...part} query={query} />
      <UnitBirths {...part} />
      <BirthsOverImages {...part} />
    </>
  );
}

interface PartProps extends ViewProps {
  readonly checkpoint: string;
  readonly query: Readonly<Record<string, string>>;
  /** The unit in words. */
  readonly name: string;
  /** The one that is looked at; null: all. */
  readonly category: string | null;
  /** Begins the names of files. */
  readonly file: string;
}

function UnitPath({ sweep, outline, revision, query, name, category, file }: PartProps) {
  const definition = useDefinition();
  const run = outline.runs.length > 1 ? outline.run : null;
  const path = useRemote<Answer<UnitPathRows>>(viewUrl(sweep, 'unit-path', query), loadRows, revision);
  return (
    <Loaded remote={path} what="the unit’s path">
      {(found) => {
        const points = pathPoints(found, definition.definition);
        return (
          <ChartFigure
            title={`Path of ${name}${inCategory(category)} over the checkpoints`}
            note={`${definition.name}. ${pathWords(definition.definition, category)} ${shownCheckpoints(found.notes.shown)}${run === null ? '' : ` of ${run}`}.`}
            file={`${file}-path`}
            draw={(look) =>
              trendChart(
                pathModel(found, { name, run, category }, { sweep, definition: definition.definition }),
                look,
              )
            }
            drawn={found}
            columns={PATH_COLUMNS}
            rows={points}
          />
        );
      }}
    </Loaded>
  );
}

function UnitBirths({ sweep, revision, query, checkpoint, name, category, file }: PartProps) {
  const births = useRemote<Answer<BirthRows>>(viewUrl(sweep, 'unit-births', query), loadRows, revision);
  return (
    <Loaded remote={births} what="the births">
      {(found) => (
        <ChartFigure
          title={`Births of ${name}${inCategory(category)} at ${checkpoint}`}
          note={`${found.notes.images} images, ${found.notes.without} without a birth. Grey: beyond the threshold of ${found.notes.threshold}, or index 0: not counted.`}
          file={`${file}-births`}
          draw={(look) => unitChart(birthsModel(found, { sweep }), look)}
          drawn={found}
          columns={BIRTH_COLUMNS}
          rows={found.rows}
        />
      )}
    </Loaded>
  );
}

function inCategory(category: string | null): string {
  return category === null ? '' : ` in ${category}`;
}

/** They depend on no setting of the statistics. */
function rawUrl({ sweep, query }: PartProps, view: string): string {
  return viewUrl(sweep, view, { ...query, threshold: '', minSelectiveRate: '' });
}

function BirthsOverImages(props: PartProps) {
  const { sweep, outline, revision, checkpoint, name, category, file } = props;
  const images = useRemote<Answer<ImageBirthRows>>(
    outline.keepsBirths ? rawUrl(props, 'unit-images') : null,
    loadRows,
    revision,
  );
  if (!outline.keepsBirths)
    return (
      <EmptyNotice title="Which image has which birth is not in the tables">
        <p>
          The charts above count images by their birth; the births of the photographs are computed from their
          maps. <code>births: true</code> in the sweep’s spec keeps the birth of every image: run it again,
          what is done is found done.
        </p>
      </EmptyNotice>
    );
  return (
    <Loaded remote={images} what="the births over images">
      {(found) => (
        <ChartFigure
          title="Births over images"
          note="One point an image, by category; images without a birth are in the numbers."
          file={`${file}-images`}
          draw={(look) =>
            columnChart(imagesModel(found, `${name}${inCategory(category)}, ${sweep}, ${checkpoint}`), look)
          }
          drawn={found}
          columns={IMAGE_COLUMNS}
          rows={found.rows}
        />
      )}
    </Loaded>
  );
}
