import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareSweeps, SweepResults } from '../src/index.js';
import { matchedCheckpoints } from '../src/across/matched-checkpoints.js';
import { sampleSweeps, type SampleSweep } from './sample-sweep.js';

let sample: SampleSweep;

beforeAll(async () => {
  sample = await sampleSweeps({
    s: '',
    t: 'statistics: { threshold: 30, definition: paper }',
    d: 'density: 0.5',
  });
});
afterAll(() => sample.remove());

const open = (name: string): Promise<SweepResults> => SweepResults.open(sample.store, name);

describe('two sweeps side by side', () => {
  it('are stated with one threshold, and have the H that each sweep has by itself', async () => {
    const [s, t] = [await open('s'), await open('t')];
    const { rows, notes } = await compareSweeps(s, 't');
    expect(notes.pairs).toEqual(['step-1', 'step-2', 'step-3']);
    expect(rows).toHaveLength(3 * 2);
    expect(rows.every(({ difference }) => difference === 0)).toBe(true);
    expect(notes.words.join(' ')).toMatch(/2 layers of 2 and 2 in common/);
    expect(notes.words.join(' ')).toMatch(/same networks, by their content/);
    expect(notes.words.join(' ')).toMatch(/t is stated with the settings of s: threshold 50 \(its own: 30\)/);
    expect(notes.left_out).toEqual([]);
    expect(notes.definition).toBe('code');
    // The other way round the threshold is that of t.
    const other = await compareSweeps(t, 's');
    expect(other.notes.definition).toBe('paper');
    const table = await t.layers(t.checkpoint('step-2'));
    const at = Array.from(table.units.keys()).filter(
      (row) => table.scope.labels[table.scope.codes[row]!] === 'all',
    );
    expect(other.rows.filter(({ pair }) => pair === 'step-2').map(({ entropy_a: h }) => h)).toEqual(
      at.map((row) => table.entropy_mean.values[row]),
    );
  });

  it('match trainings that begin with the same weights by their labels, and others by content whatever they are called', async () => {
    const { manifest, checkpoints } = await open('s');
    const sweepOf = (...digests: readonly [label: string, digest: string][]) => ({
      manifest,
      checkpoints: digests.map(([label, digest], index) => ({ ...checkpoints[0]!, index, label, digest })),
    });
    const a = sweepOf(['x/0', 'same'], ['y/0', 'same'], ['x/1', 'p'], ['alone', 'q']);
    const b = sweepOf(['y/0', 'same'], ['x/0', 'same'], ['called otherwise', 'p'], ['z/0', 'same']);
    const { pairs, words } = matchedCheckpoints(a, b);
    expect(pairs.map(({ name }) => name)).toEqual(['x/0', 'y/0', 'x/1 and called otherwise']);
    expect(words).toContain('3 checkpoints of 4 and 4 are matched');
  });

  it.each([
    ['s', /s with itself/],
    ['d', /not comparable: their density of the filtration differs, 0.8 and 0.5/],
  ])('refuses %s, and says why', async (other, message) => {
    const refused = compareSweeps(await open('s'), other);
    await expect(refused).rejects.toMatchObject({ code: 'NOT_COMPARABLE', message });
  });

  it('names the sweeps that there are where one is not', async () => {
    await expect(compareSweeps(await open('s'), 'nothing')).rejects.toThrow(
      /no sweep "nothing" in .*; there are d, s, t/,
    );
  });
});
