// Entry of a worker's threads in tests: does the real tasks, notes each in a file, and misbehaves where it is told to.
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveTasks } from '@unitscope/engine';
import { cellKeys, checkpointTasks, decodeManifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { TaskRunner } from '@unitscope/tasks';

const {
  TASK_LOG,
  TASK_DELAY_MS = '0',
  TASK_POISON,
  TASK_HUNGRY,
  TASK_FAILS_WHILE,
  TASK_LOST_WHILE,
} = process.env;
const note = (line) => TASK_LOG && appendFileSync(TASK_LOG, `${line}\n`);

serveTasks(
  async (
    /** @type {import("@unitscope/engine").ThreadData} */ { manifest: text, store: address, ...rest },
  ) => {
    const manifest = decodeManifest(text, 'manifest');
    const store = await openStore(address);
    const runner = new TaskRunner(manifest, store, rest);
    return {
      async run(ref) {
        const name = `${ref.kind}-${ref.checkpoint}-${ref.index}`;
        const cells = ref.kind === 'cells' ? checkpointTasks(manifest, ref.checkpoint)[ref.index].cells : [];
        note(`begin ${name}`);
        await sleep(Number(TASK_DELAY_MS));
        note(`work ${name}`);
        const category = cells[0]?.category;
        if (TASK_POISON !== undefined && category === TASK_POISON) process.kill(process.pid, 'SIGKILL');
        // More than any machine has.
        if (TASK_HUNGRY !== undefined && category === TASK_HUNGRY) new ArrayBuffer(2 ** 46);
        if (TASK_FAILS_WHILE !== undefined && category === '1' && existsSync(TASK_FAILS_WHILE)) {
          throw new Error('a passing trouble of this task');
        }
        const outcome = await runner.run(ref);
        if (outcome.cached < cells.length) note(`computed ${name}`);
        // As a lifecycle rule of the bucket that is too keen.
        if (TASK_LOST_WHILE !== undefined && category === '1' && existsSync(TASK_LOST_WHILE)) {
          await store.delete(cellKeys(manifest, cells[0]).units);
        }
        return outcome;
      },
    };
  },
);
