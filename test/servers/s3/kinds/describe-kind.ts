import { expect, test } from 'vitest';
import { checkConformance } from '@unitscope/store';
import { openStore } from '../../../../packages/store/src/open-store.js';
import { describeStoreContract } from '../../../../packages/store/test/contract.js';
import { done } from '../../../e2e/support/command-line.js';
import { activationSweep, localResults } from '../../activation-sweep.js';
import { resultsIn } from '../../sweep-results.js';
import type { S3Kind } from './kinds.js';
import { useKind } from './start-kind.js';

/** What the table of docs/distributed.md says of a kind of server: its checks, the store's contract, a small sweep. */
export function describeKind(kind: S3Kind): void {
  const server = useKind(kind);
  let stores = 0;
  const fresh = (): string => `${server().address}/test-${++stores}`;

  test(`${kind.name} ${kind.version} holds every check but those that are known to fail`, async () => {
    const findings = await checkConformance(fresh());
    expect(findings.filter(({ check, holds }) => !holds && !kind.lacks.includes(check))).toEqual([]);
  });

  // Without one winner of a race the contract does not hold either, each time that the race is lost.
  if (kind.isRefused !== true)
    describeStoreContract(`${kind.name} ${kind.version}`, () => {
      const address = fresh();
      return Promise.resolve(() => openStore(address));
    });

  test(`a sweep on ${kind.name} has the bytes of one in a folder`, async () => {
    const sweep = await activationSweep({ checkpoints: 1 });
    const address = fresh();
    // One that lacks what sweeps need is refused, unless it is told that nothing of worth is kept there.
    const env = { ...server().env, ...(kind.isRefused === true && { UNITSCOPE_S3_CONFORMANCE: 'skip' }) };
    await done(['sweep', sweep.spec, '--store', address], { cwd: sweep.folder, env });
    expect(await resultsIn(address, 'tiny')).toEqual(await localResults(sweep));
  });
}
