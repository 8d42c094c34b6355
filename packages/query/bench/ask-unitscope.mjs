// Asks the question `times` times and prints the seconds of each, processor seconds, and the largest memory of this process.
import { readFileSync } from 'node:fs';
import { runQuery, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';

const [store, sql, times] = process.argv.slice(2);
const seconds = [];
/** @type {any} */
let result;
let before = process.cpuUsage();
for (let i = 0; i < Number(times); i++) {
  const started = performance.now();
  result = await runQuery([await SweepResults.open(await openStore(store), 'bench')], sql);
  seconds.push((performance.now() - started) / 1000);
  // The first time loads the engine.
  if (i === 0) before = process.cpuUsage();
}
const { user, system } = process.cpuUsage(before);
const status = readFileSync('/proc/self/status', 'utf8');
const kib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN);
const sum = result.rows().reduce((total, row) => total + row[2], 0);
console.log(
  JSON.stringify({
    seconds,
    processor: (user + system) / 1e6 / Math.max(1, seconds.length - 1),
    peak_mb: kib('VmHWM') / 1024,
    private_mb: kib('RssAnon') / 1024,
    groups: result.length,
    sum,
  }),
);
