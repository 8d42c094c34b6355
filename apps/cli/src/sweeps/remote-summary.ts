import type { RunningSweep } from '@unitscope/workflows';
import { summaryLines } from './sweep-summary.js';
import { print, printJson } from '../terminal/output.js';

/** Waits for a sweep's end and says how it went; exit status 1 where tasks failed. */
export async function finishRemote(
  run: RunningSweep,
  name: string,
  address: string,
  json: boolean,
): Promise<void> {
  const { openStore } = await import('@unitscope/store');
  const { readManifest, recordedFailures } = await import('@unitscope/tasks');
  const started = performance.now();
  const { cells, maps, checkpoints, held = cells.total } = await run.result();
  const store = await openStore(address);
  const failures = await recordedFailures(name, store);
  const outcome = {
    cells,
    checkpoints: { total: checkpoints, done: checkpoints },
    maps,
    seconds: (await run.seconds()) ?? (performance.now() - started) / 1000,
    failures,
    held,
  };
  if (json) printJson({ sweep: name, ...outcome });
  else print(summaryLines(await readManifest(store, name), address, outcome));
  if (failures.length > 0) process.exitCode = 1;
}
