// A thread whose tasks do what their number says: 0 dies, 1 throws, 2 never ends, 3.5 goes round for ever, others are done.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ task: { index } }) => {
  if (index === 0) process.exit(3);
  if (index === 1) throw new Error('thrown in the thread');
  while (index === 3.5);
  if (index > 2) parentPort.postMessage({ outcome: { cached: 0, maps: index } });
});
