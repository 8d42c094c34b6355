import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { activationFolder } from '../e2e/support/activation-folder.js';
import { done, unitscope } from '../e2e/support/command-line.js';
import { resultsOf } from '../e2e/support/results.js';

describe('a sweep', () => {
  it.runIf(spawnSync('unshare', ['-rm', 'true']).status === 0)(
    'stops on a full disk, keeps what was done, and goes on from there',
    async () => {
      const folder = await activationFolder();
      // A file system of 80 kB that grows between two runs; it is seen in this namespace alone.
      const script = `
        mkdir disk && mount -t tmpfs -o size=80k tmpfs disk
        "$@" --threads 1; echo "status $?"
        mount -o remount,size=10m disk
        exec "$@" --json`;
      const run = await unitscope(['sweep', 'sweep.yaml', '--store', 'disk'], {
        cwd: folder,
        through: ['unshare', '-rm', 'sh', '-c', script, 'sh'],
      });
      expect(run.stderr).toMatch(
        /^unitscope: sweep "s" had to stop, its finished tasks are kept: no space left \(ENOSPC\)/m,
      );
      const [status, outcome = ''] = run.stdout.trim().split('\n');
      expect(status).toBe('status 1');
      const { cells } = JSON.parse(outcome) as { cells: { done: number; cached: number } };
      expect(cells.done).toBe(8);
      expect(cells.cached).toBeGreaterThan(0);
      expect(cells.cached).toBeLessThan(8);
    },
  );

  it.runIf(process.platform === 'linux')(
    'fails what a file limit refuses, and goes on from there',
    async () => {
      const folder = await activationFolder();
      const run = await unitscope(['sweep', 'sweep.yaml'], {
        cwd: folder,
        through: ['sh', '-c', 'ulimit -f 11; exec "$@"', 'sh'],
      });
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(/step-10: STORE_FAILURE: .*EFBIG/);
      const resumed: unknown = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder }));
      expect(resumed).toMatchObject({ cells: { done: 8, cached: 8 }, failures: [] });
      await done(['sweep', 'sweep.yaml', '--store', 'fresh'], { cwd: folder });
      expect(await resultsOf(folder, 's')).toEqual(await resultsOf(folder, 's', 'fresh'));
    },
  );
});
