import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cutChangelog } from '../../infra/release/changelog.mjs';
import { versionPlaces } from '../../infra/release/version-places.mjs';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('a release gives the unreleased lines their version and leaves a fresh heading', () => {
  const before = '# Changelog\n\n## Unreleased\n\n- One.\n\n## 0.1.0 (2026-01-01)\n\n- Two.\n';
  const after = cutChangelog(before, '0.2.0', '2026-02-03');
  expect(after).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-03)\n\n- One.\n\n## 0.1.0 (2026-01-01)\n\n- Two.\n',
  );
  expect(() => cutChangelog(after, '0.2.1', '2026-02-04')).toThrow('nothing is unreleased');
});

test('every file that names the version names that of the clone, and a release changes it there alone', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  for (const { file, change } of versionPlaces('9.8.7', '2026-02-03')) {
    const changed = change(read(file)).split('\n');
    const differing = read(file)
      .split('\n')
      .filter((line, at) => line !== changed[at]);
    expect(differing.length, file).toBeGreaterThan(0);
    for (const line of differing)
      if (!line.startsWith('date-released')) expect(line, file).toContain(version);
  }
});
