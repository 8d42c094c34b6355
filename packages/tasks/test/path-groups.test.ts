import { expect, it } from 'vitest';
import { leadingGroups } from '../src/resolve/path-groups.ts';

const PATTERN = 'runs/(?<run>[a-z]+)/step-(?<step>\\d+)\\.onnx$';

it('finds the run of a log by the beginning of the checkpoints’ pattern', () => {
  expect(leadingGroups('/data/runs/a/metrics.csv', PATTERN)).toEqual({ run: 'a' });
  expect(leadingGroups('/data/other/a/metrics.csv', PATTERN)).toBeNull();
});

it('takes the folders nearest to the file where the pattern fits several', () => {
  expect(leadingGroups('/data/runs/networks/runs/a/metrics.csv', PATTERN)).toEqual({ run: 'a' });
  expect(leadingGroups('/data/a/b/metrics.csv', '(?<run>[^/]+)/step-(?<step>\\d+)')).toEqual({ run: 'b' });
});

it('takes a pattern that begins within a name or at the beginning of the path', () => {
  expect(leadingGroups('/data/x-seed-3/metrics.csv', 'seed-(?<seed>\\d+)/step')).toEqual({ seed: 3 });
  expect(leadingGroups('/data/a/runs/b/metrics.csv', '^/data/(?<run>[^/]+)/step')).toEqual({ run: 'a' });
});
