// Every benchmark as ratios to a named counterpart, recorded over commits. npm run bench:all
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { appendRecords, compared, readRecords, TOLERANCE } from './benchmark-record.mjs';
import { BENCHMARKS } from './benchmarks.mjs';

const usage = `npm run bench:all -- [--quick] [--check] [--only NAME…]

Runs the benchmarks one after another, prints each ratio beside its last ones, and adds a line a figure to
docs/benchmarks.jsonl: figure, ratio, counterpart, machine, commit. \`npm run generate\` draws them (docs/benchmarks.md).

  --quick      those that take seconds (${BENCHMARKS.filter(({ quick }) => quick)
    .map(({ name }) => name)
    .join(', ')}), in their short form
  --check      write nothing; end with 1 where a ratio that CI holds is ${TOLERANCE} times worse than the median of the last
               five of this type of machine, in two runs; a warning where there are only those of another type
  --only NAME  may be given several times
`;
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const root = join(import.meta.dirname, '..', '..');
const file = join(root, 'docs', 'benchmarks.jsonl');
const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.platform}-${process.arch}`;
const facts = {
  machine,
  node: process.versions.node,
  commit: spawnSync('git', ['rev-parse', '--short=9', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim(),
  date: `${new Date().toISOString().slice(0, 16)}Z`,
};

/** The records of one run of a benchmark. @param {typeof BENCHMARKS[number]} benchmark */
function measure({ name, script, quick = [], figures }) {
  const args = [join(root, script), ...(options.quick ? quick : []), '--json'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`${script}: exit ${status}\n${stderr}`);
  const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  return figures(last).map(([figure, ratio, counterpart, better, held]) => ({
    record: {
      figure: `${name}: ${figure}`,
      ratio: Number(ratio.toPrecision(4)),
      counterpart,
      better,
      quick: options.quick,
      ...facts,
    },
    held,
  }));
}

function line({ record }, { times, median, different }) {
  const before =
    median === null
      ? 'no record yet'
      : `${median.toPrecision(3)} before${different ? ' on other machines' : ''}`;
  const mark = times !== null && times > TOLERANCE ? `   ${times.toFixed(1)} times worse` : '';
  console.log(
    `${record.figure.padEnd(32)} ${record.ratio.toPrecision(3).padStart(8)}   over ${record.counterpart}; ${before}${mark}`,
  );
}

const isWorse = ({ held }, { times, different }) => held && !different && times !== null && times > TOLERANCE;

const chosen = BENCHMARKS.filter(
  ({ name, quick }) => options.only?.includes(name) ?? (!options.quick || quick !== undefined),
);
const earlier = readRecords(file);
const worse = [];
const failed = [];
for (const benchmark of chosen) {
  try {
    let found = measure(benchmark);
    // Other work on the machine may be why: it counts only where it shows twice.
    if (options.check && found.some((one) => isWorse(one, compared(one.record, earlier))))
      found = measure(benchmark);
    for (const one of found) {
      const before = compared(one.record, earlier);
      line(one, before);
      if (isWorse(one, before)) worse.push(one.record.figure);
    }
    if (!options.check)
      appendRecords(
        file,
        found.map(({ record }) => record),
      );
  } catch (error) {
    failed.push(benchmark.name);
    console.error(
      `${benchmark.name}${benchmark.needs ? ` (needs ${benchmark.needs})` : ''}: ${error.message}`,
    );
  }
}
if (worse.length > 0) console.error(`${TOLERANCE} times worse than before, in two runs: ${worse.join('; ')}`);
if (failed.length > 0) console.error(`did not run: ${failed.join(', ')}`);
process.exitCode = (options.check && worse.length > 0) || failed.length > 0 ? 1 : 0;
