// Reads a sweep's results: a row a layer and checkpoint, as every chart and table of unitscope has them. The Arrow tables below
// them are for any program (docs/tables.md; examples/notebooks).
import { SweepResults, sweepTrend, trendRows } from '@unitscope/query';
import { openStore } from '@unitscope/store';

/** The rows of the trend against the loss, the layers by depth, and the checkpoints by step with their accuracy. */
export async function readResults(store, sweep) {
  const results = await SweepResults.open(await openStore(store), sweep);
  const trend = await sweepTrend(results, { against: 'loss' });
  return {
    trend: trendRows(trend),
    layers: trend.layers.map(({ layer }) => layer),
    checkpoints: trend.checkpoints.map(({ label, meta }) => ({ label, accuracy: meta.accuracy })),
  };
}
