import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sampleSweeps } from '../../packages/query/test/sample-sweep.ts';
import { python } from './python.ts';

it.each([50, 4])(
  'both definitions of H, their layer means and class selectivity follow from the histograms (threshold %i)',
  async (threshold) => {
    const sample = await sampleSweeps({ s: `statistics: { bootstrap: 0, threshold: ${threshold} }` });
    onTestFinished(() => sample.remove());
    const results = join(sample.folder, 'store', 'sweeps', 's', 'results');
    const found = JSON.parse(await python('definitions.py', results, String(threshold))) as Record<
      string,
      number
    >;
    const { units, low, none, undefined: notDefined, ...differences } = found;
    expect(units).toBe(72);
    // Some of each kind, or this would not be looked at.
    expect([low! + none! > 0, notDefined! > 0 && notDefined! < units!]).toEqual([true, true]);
    expect(Object.keys(differences)).toHaveLength(5);
    for (const [column, difference] of Object.entries(differences))
      expect(difference, column).toBeLessThan(1e-12);
  },
);
