import { RANKINGS, type Ranking } from '@unitscope/entropy';
import type { AgreementRow, AgreementRows, RankedRow, RankedRows } from '@unitscope/plots';
import { sweepPath, useAddress } from '../address.js';
import { chance, counted, figure } from '../figures.js';
import { DataTable, knownOf, type TableColumn } from '../parts/data-table.js';
import {
  CategoryChoice,
  Choice,
  CheckpointChoice,
  Filters,
  LayerChoice,
  ThresholdSlider,
} from '../parts/filters.js';
import { Loaded } from '../parts/notices.js';
import { loadRows, useRemote, type Answer, type Remote } from '../remote-data.js';
import { checkpointOf, lasting, layerOf, viewUrl, type ViewProps } from '../settings.js';

const LABELS: Readonly<Record<Ranking, string>> = {
  ineffectiveness: 'ineffectiveness',
  entropy: 'H',
  selective_rate: 'ε',
  l1: 'L1',
  apoz: 'APoZ',
  mean: 'mean',
  class_selectivity: 'selectivity',
};

const AGREEMENT: readonly TableColumn<AgreementRow>[] = [
  { name: 'first', label: 'ranking', value: ({ first }) => first },
  { name: 'second', label: 'and', value: ({ second }) => second },
  { name: 'units', label: 'units', value: ({ units }) => units, number: true },
  {
    name: 'spearman',
    label: 'Spearman ρ',
    value: ({ spearman }) => spearman,
    show: ({ spearman }) => figure(spearman, 2),
    number: true,
  },
  {
    name: 'kendall',
    label: 'Kendall τ',
    value: ({ kendall }) => kendall,
    show: ({ kendall }) => figure(kendall, 2),
    number: true,
  },
  { name: 'p', label: 'p of τ', value: ({ p }) => p, show: ({ p }) => chance(p), number: true },
];

/** The units of a layer by any ranking, and how far the rankings agree. */
export function RankView(props: ViewProps) {
  const { sweep, settings, revision } = props;
  const layer = layerOf(props);
  const checkpoint = checkpointOf(props);
  const by = useAddress().query.get('by') ?? 'ineffectiveness';
  const query = { ...lasting(settings), layer, checkpoint, by };
  const units = useRemote<Answer<RankedRows>>(viewUrl(sweep, 'rank', query), loadRows, revision);
  const agreement = useRemote<Answer<AgreementRows>>(
    viewUrl(sweep, 'rank-agreement', { ...query, by: '' }),
    loadRows,
    revision,
  );
  return (
    <>
      <Filters>
        <LayerChoice {...props} />
        <CheckpointChoice {...props} />
        <CategoryChoice {...props} />
        <Choice label="Ranking" name="by" value={by} options={RANKINGS} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={units} what="the ranking">
        {(found) => (
          <section>
            <h2>
              Units of {layer} by {by}
            </h2>
            <p class="note">
              Rank 0 is the most important. {counted(found.total, 'unit')} of {found.notes.units} have a rank;{' '}
              {found.notes.alive} are alive in some category.
            </p>
            <DataTable
              caption="Units ranked"
              columns={knownOf(columnsOf(props, checkpoint), found.rows)}
              rows={found.rows}
              total={found.total}
            />
          </section>
        )}
      </Loaded>
      {/* What is wrong with both is said once. */}
      {units.error === null && <Agreement remote={agreement} />}
    </>
  );
}

function Agreement({ remote: agreement }: { readonly remote: Remote<Answer<AgreementRows>> }) {
  return (
    <Loaded remote={agreement} what="the agreement">
      {(found) => (
        <section>
          <h2>How far the rankings agree</h2>
          <p class="note">1 is the same order, −1 the reverse; over the units that both rank.</p>
          <DataTable
            caption="Agreement of the rankings"
            columns={AGREEMENT}
            rows={found.rows}
            empty="No two rankings have units in common."
          />
        </section>
      )}
    </Loaded>
  );
}

function columnsOf({ sweep, settings }: ViewProps, checkpoint: string): TableColumn<RankedRow>[] {
  return [
    { name: 'rank', label: 'rank', value: ({ rank }) => rank, number: true },
    {
      name: 'unit',
      label: 'unit',
      value: ({ unit }) => unit,
      show: ({ layer, unit }) => (
        <a href={sweepPath(sweep, 'unit', { ...lasting(settings), layer, checkpoint, unit })}>{unit}</a>
      ),
      number: true,
    },
    ...RANKINGS.map((name): TableColumn<RankedRow> => ({
      name,
      label: LABELS[name],
      value: (row) => row[name],
      show: (row) => figure(row[name]),
      number: true,
    })),
  ];
}
