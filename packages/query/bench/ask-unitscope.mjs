// Asks the question and prints the best time and the largest memory of this process.
import { readFileSync } from 'node:fs';
import { runQuery, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';

const [store, times] = process.argv.slice(2);
const sql =
  'SELECT checkpoint, layer, avg(entropy) AS h, count(*) AS n FROM units WHERE sensitive GROUP BY checkpoint, layer';
let seconds = Infinity;
let result;
for (let i = 0; i < Number(times); i++) {
  const started = performance.now();
  result = await runQuery([await SweepResults.open(await openStore(store), 'bench')], sql);
  seconds = Math.min(seconds, (performance.now() - started) / 1000);
}
const status = readFileSync('/proc/self/status', 'utf8');
const kib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN);
const sum = result.rows().reduce((total, row) => total + row[2], 0);
console.log(
  JSON.stringify({
    seconds,
    peak_mb: kib('VmHWM') / 1024,
    private_mb: kib('RssAnon') / 1024,
    groups: result.length,
    sum,
  }),
);
