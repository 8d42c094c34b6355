import { escapeHtml, htmlPage, htmlTable } from '@unitscope/plots';
import {
  checkpointGroup,
  compareCheckpoints,
  metadataColumns,
  sweepTrend,
  type Correlation,
  type SweepResults,
} from '@unitscope/query';
import { imagesSentence } from '../charts/captions.js';
import { openChart, type ChartKind } from '../charts/chart.js';
import { comparisonWords, layerTable, unitTable } from '../comparison-tables.js';
import { figure, interval } from '../figures.js';
import { counted } from '../terminal/counted.js';

const SECTIONS: readonly (readonly [ChartKind, string])[] = [
  ['trend', 'Over the checkpoints'],
  ['depth', 'By depth'],
  ['distribution', 'How units are spread'],
  ['heatmap', 'Units of the deepest layer'],
  ['scatter', 'Selective rate and entropy'],
];
const MOST_UNITS = 20;

/** A sweep's results as one HTML file: charts, layers, comparison of the first and last checkpoint, checkpoints. */
export async function sweepReport(results: SweepResults): Promise<string> {
  const { manifest, name } = results;
  const trend = await sweepTrend(results);
  const { threshold, minSelectiveRate } = { ...manifest.statistics, ...defined(results.restatement ?? {}) };
  const facts = [
    `${results.checkpoints.length} of ${counted(manifest.checkpoints.length, 'checkpoint')} with results.`,
    `${imagesSentence(results)}.`,
    `Births up to index ${threshold} count; a unit is sensitive above a selective rate of ${minSelectiveRate}; density ${manifest.density}.`,
    `Spec digest ${manifest.specDigest}.`,
  ];
  const body = [
    `<h1>${escapeHtml(name)}</h1>`,
    `<p>Feature entropy of the units of a CNN, by unitscope. ${escapeHtml(facts.join(' '))}</p>`,
  ];
  for (const [kind, title] of SECTIONS) {
    const svg = await (await openChart(kind, results, {})).svg();
    body.push(`<h2>${title}</h2>`, `<figure>${svg}</figure>`);
    if (kind === 'trend') body.push(trendTable(trend));
  }
  const [first, last] = [trend.checkpoints[0], trend.checkpoints.at(-1)];
  if (first !== undefined && last !== undefined && first !== last) {
    body.push(
      '<h2>From the first checkpoint to the last</h2>',
      await comparisonTables(results, first.label, last.label),
    );
  }
  const columns = metadataColumns(results);
  body.push(
    '<h2>Checkpoints</h2>',
    htmlTable(
      'Checkpoints and their metadata',
      ['checkpoint', ...columns, 'digest'],
      trend.checkpoints.map(({ label, meta, digest }) => [
        label,
        ...columns.map((column) => String(meta[column] ?? '')),
        digest.slice(0, 12),
      ]),
    ),
    '<p>Units of one network and checkpoints of one training are not independent: intervals and p are narrower than the truth. H of layers of different map size is compared against noise only.</p>',
  );
  return htmlPage(`${name}: feature entropy`, body);
}

function trendTable({
  layers,
  against,
  lastLayers,
  generalisation,
}: Awaited<ReturnType<typeof sweepTrend>>): string {
  const correlation = (found: Correlation | null): string =>
    found === null ? '' : `${figure(found.r, 2)} ${interval(found.interval)}`;
  const rows = layers.map(({ layer, mapSize, values, settled, pearson, spearman, bestLag }) => {
    const known = values.map((value) => value?.entropy ?? null).filter((value) => value !== null);
    const row = [layer, `${mapSize}×${mapSize}`, figure(known[0]), figure(known.at(-1)), settled ?? ''];
    const lag = bestLag === null ? '' : `${bestLag.lag} (${figure(bestLag.r, 2)})`;
    return against === null ? row : [...row, correlation(pearson), correlation(spearman), lag];
  });
  const header = ['layer', 'maps', 'H at first', 'H at last', 'settled at'];
  const compared = against === null ? [] : [`Pearson r with ${against}`, 'Spearman ρ', 'lag (r)'];
  const best = generalisation.find(({ comparable }) => comparable !== false);
  const verdict =
    best === undefined
      ? ''
      : `<p>Lowest entropy of the last layers (${escapeHtml(lastLayers.join(', '))}) against noise, of the checkpoints that fit their training set as well as the best: ${escapeHtml(best.checkpoint)} (${figure(best.score)}). A rule of thumb, not a test.</p>`;
  return htmlTable('Layers over the checkpoints', [...header, ...compared], rows) + verdict;
}

async function comparisonTables(results: SweepResults, a: string, b: string): Promise<string> {
  const found = await compareCheckpoints(results, checkpointGroup(results, a), checkpointGroup(results, b));
  const layers = layerTable(found);
  const units = unitTable(found, MOST_UNITS);
  return (
    htmlTable(
      `Mean H of A = ${a} and B = ${b}, over sensitive units and categories`,
      layers.header,
      layers.rows,
    ) +
    `<p>${comparisonWords(found).map(escapeHtml).join('<br>')}</p>` +
    htmlTable('Units that moved most', units.header, units.rows)
  );
}

function defined(options: { threshold?: number | undefined; minSelectiveRate?: number | undefined }): {
  threshold?: number;
  minSelectiveRate?: number;
} {
  const { threshold, minSelectiveRate } = options;
  return {
    ...(threshold === undefined ? {} : { threshold }),
    ...(minSelectiveRate === undefined ? {} : { minSelectiveRate }),
  };
}
