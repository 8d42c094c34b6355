// A process whose thread is in a call into the system that does not return; SIGTERM closes its pool.
import { ThreadPool } from '@unitscope/engine';

/** @type {ThreadPool<object, { index: number }>} */
const pool = new ThreadPool({ entry: new URL('./fixture-thread.mjs', import.meta.url), patienceMs: 300 });
const isInside = new SharedArrayBuffer(4);
void pool.run({ manifest: '', store: '', pipe: process.argv[2], isInside }, { index: 5.5 });
process.once('SIGTERM', async () => {
  await pool.close();
  process.exit(143);
});
const look = setInterval(() => {
  if (Atomics.load(new Int32Array(isInside), 0) === 0) return;
  clearInterval(look);
  console.log('inside');
}, 5);
