// Entry of a worker thread, and of a process that is given one task: answers tasks until the engine ends it.
import { decodeManifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { TaskRunner } from '@unitscope/tasks';
import { serveTasks } from './serve-tasks.js';
import type { ThreadData } from './thread-protocol.js';

serveTasks(async ({ manifest, store, inputs, decodeBytes }: ThreadData) => {
  const opened = await openStore(store);
  const runner = new TaskRunner(decodeManifest(manifest, 'manifest'), opened, { inputs, decodeBytes });
  return { run: (task) => runner.run(task), close: () => runner.close() };
});
