// A thread whose tasks do what their number says: 0 dies, 1 throws, 2 never ends, 3.5 goes round for ever, 4.5 does so in what
// is said to be a native library, 5.5 opens a pipe there, which nobody writes; others are done.
import { openSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const port = parentPort;
if (port === null) throw new Error('a thread');
port.on('message', ({ task: { index }, data }) => {
  if (index === 0) process.exit(3);
  if (index === 1) throw new Error('thrown in the thread');
  if (index === 4.5 || index === 5.5) {
    Atomics.store(new Int32Array(workerData.native), 0, 1);
    Atomics.store(new Int32Array(data.isInside), 0, 1);
  }
  if (index === 5.5) openSync(data.pipe, 'r');
  while (index === 3.5 || index === 4.5);
  if (index > 2) port.postMessage({ outcome: { cached: 0, maps: index } });
});
