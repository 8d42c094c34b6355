import { Command, Option } from 'commander';
import { interruptible } from './interruption.js';
import { counted, line } from '@unitscope/base';
import { atMostTen, noticeLines, numberOfCells, summaryLines } from './sweep-summary.js';
import { shardOf, wholeNumber } from '../terminal/option-values.js';
import { refuseWhileItRuns } from './executions.js';
import { ProgressLine, whileShowing } from './progress-line.js';
import { finishRemote } from './remote-summary.js';
import { watchSweep, withSweepClient } from './remote-sweep.js';
import { readSpecFile, storeAddress, type SpecFile } from './spec-file.js';
import { StatusLine } from './status-line.js';
import { followed } from './follow.js';
import { proveStoreOf } from '../setup/prove-store.js';
import type { RunOptions, Shard, ShardOutcome, SweepOutcome } from '@unitscope/engine';
import type { Manifest } from '@unitscope/plan';
import type { LaunchOptions, RunningSweep } from '@unitscope/workflows';
import { print, printJson, tell } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly threads?: number;
  readonly engine: 'local' | 'temporal';
  readonly detach?: true;
  readonly window?: number;
  readonly follow?: true;
  readonly until?: number;
  readonly shard?: Shard;
  readonly replace?: true;
  readonly json?: true;
}

export function sweepCommand(): Command {
  return new Command('sweep')
    .argument('<spec>', 'the sweep spec, YAML or JSON')
    .option('--store <address>', 'folder, file:// or s3:// address; default: the spec’s, else ./.unitscope')
    .option('--threads <number>', 'worker threads; default: one per core', wholeNumber(1))
    .addOption(
      new Option('--engine <engine>', 'local: this machine; temporal: the workers of a Temporal server')
        .choices(['local', 'temporal'])
        .default('local'),
    )
    .option('--detach', 'with temporal: launch it and leave')
    .option(
      '--window <number>',
      'with temporal: checkpoints at work at once; default: as many as the workers can do, at least 4',
      wholeNumber(1),
    )
    .option('--follow', 'checkpoints that appear later join, until Ctrl-C or --until')
    .option('--until <number>', 'with --follow: so many checkpoints are all', wholeNumber(1))
    .option(
      '--shard <i/n>',
      'one of n parts of the work, for job arrays: n processes on one store, the last makes the tables',
      shardOf,
    )
    .option('--replace', 'take over the name of a sweep with other content')
    .option('--json', 'one JSON document on stdout at the end')
    .addHelpText(
      'after',
      `
Ctrl-C stops it; the same command goes on from there. A task that keeps failing is set aside in
failures.arrow while the rest goes on, and the sweep ends with exit status 1.

Examples:
  unitscope sweep sweep.yaml
  unitscope sweep sweep.yaml --store /data/unitscope --threads 8
  unitscope sweep sweep.yaml --store s3://bucket/runs --engine temporal --detach
  unitscope sweep sweep.yaml --follow --until 40
  unitscope sweep sweep.yaml --store s3://bucket/runs --shard 3/16`,
    )
    .action(sweepSpec);
}

async function sweepSpec(path: string, options: Options, self: Command): Promise<void> {
  if (options.shard !== undefined && (options.follow === true || options.engine === 'temporal'))
    self.error(
      'error: --shard is of a sweep on machines of its own: leave --follow and --engine temporal out',
    );
  const file = await readSpecFile(path);
  const address = storeAddress(options.store, file);
  if (options.follow === true) {
    await proveStoreOf(address);
    await (options.engine === 'temporal' ? followOnTemporal : followLocally)(file, address, options);
    return;
  }
  const { resolveSweep } = await import('@unitscope/tasks');
  const looking = 'looking at checkpoints, images and layers …';
  const manifest = await whileShowing(looking, () => resolveSweep(file.spec, file.folder));
  for (const notice of noticeLines(manifest.source)) tell(`${notice}\n`);
  await proveStoreOf(address);
  if (options.engine === 'temporal') {
    await sweepOnTemporal(manifest, address, file, options);
    return;
  }
  const { shard } = options;
  if (shard !== undefined) {
    await interruptible((signal) => sweepShard(manifest, shard, address, file, options, signal));
    return;
  }
  await interruptible(async (signal) =>
    report(manifest, address, await sweepLocally(manifest, address, file, options, signal), options),
  );
}

async function sweepLocally(
  manifest: Manifest,
  address: string,
  file: SpecFile,
  options: Options,
  signal: AbortSignal,
): Promise<SweepOutcome> {
  const { openStore } = await import('@unitscope/store');
  const { forgetExecution, prepareSweep } = await import('@unitscope/tasks');
  const { runSweep } = await import('@unitscope/engine');
  const store = await openStore(address);
  const replace = options.replace === true;
  const ended = await refuseWhileItRuns(store, manifest.sweep, { unlessKnown: replace });
  await prepareSweep(store, manifest, file.text, { replace });
  if (ended) await forgetExecution(store, manifest.sweep);
  StatusLine.say(line`sweep ${manifest.sweep}: ${numberOfCells(manifest)}`);
  return withProgress(address, file, options, signal, (run) => runSweep(manifest, run));
}

/** Runs here, as the spec and the options say, with a line of progress. */
async function withProgress<T>(
  store: string,
  { spec: { engine } }: SpecFile,
  { threads = engine.threads }: Options,
  signal: AbortSignal,
  run: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const { attempts, taskTimeout } = engine;
  const progress = new ProgressLine();
  try {
    return await run({
      ...{ store, threads, attempts, taskTimeout, signal },
      onProgress: (state) => progress.update(state),
    });
  } finally {
    progress.end();
  }
}

/** Does one part; the others need not be known. */
async function sweepShard(
  manifest: Manifest,
  shard: Shard,
  address: string,
  file: SpecFile,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const { openStore } = await import('@unitscope/store');
  const { expectPrepared, NoSuchSweepError, prepareSweep, SweepNameTakenError } =
    await import('@unitscope/tasks');
  const { runShard } = await import('@unitscope/engine');
  const store = await openStore(address);
  // Another part has prepared it, and may be making the tables: then there is nothing to write.
  const isPrepared = await expectPrepared(store, manifest).then(
    () => true,
    (error: unknown) => {
      if (error instanceof NoSuchSweepError || error instanceof SweepNameTakenError) return false;
      throw error;
    },
  );
  if (!isPrepared) {
    const replace = options.replace === true;
    await refuseWhileItRuns(store, manifest.sweep, { unlessKnown: replace });
    await prepareSweep(store, manifest, file.text, { replace });
  }
  const { index, count } = shard;
  StatusLine.say(line`sweep ${manifest.sweep}, shard ${`${index}/${count}`}: ${numberOfCells(manifest)}`);
  const outcome = await withProgress(address, file, options, signal, (run) => runShard(manifest, shard, run));
  reportShard(manifest, shard, address, outcome, options);
}

function reportShard(
  manifest: Manifest,
  { index, count }: Shard,
  address: string,
  { sweep, ...part }: ShardOutcome,
  options: Options,
): void {
  if (part.failures.length > 0 || (sweep?.failures.length ?? 0) > 0) process.exitCode = 1;
  if (options.json === true) {
    printJson({ sweep: manifest.sweep, shard: { index, count }, ...part, tables: sweep !== null });
    return;
  }
  const { done, cached, failed } = part.cells;
  print(
    line`sweep ${manifest.sweep}, shard ${`${index}/${count}`}: ${counted(done, 'cell')} done (${String(cached)} found done), ${String(failed)} failed\n`,
  );
  const failures = part.failures.map(
    ({ checkpoint, code, message }) => line`  ${checkpoint}: ${code}: ${message}`,
  );
  print(
    atMostTen(failures)
      .map((text) => `${text}\n`)
      .join(''),
  );
  if (sweep !== null) print(summaryLines(manifest, address, sweep));
  else print('tables: the shard that ends last makes them; so does the command without --shard\n');
}

/** Each time that checkpoints have joined the sweep is gone through; what is done is found done. */
async function followLocally(file: SpecFile, address: string, options: Options): Promise<void> {
  const { manifests, stop, end } = await followed(file, address, options.until);
  try {
    let last: { manifest: Manifest; outcome: SweepOutcome } | null = null;
    for await (const manifest of manifests) {
      last = { manifest, outcome: await sweepLocally(manifest, address, file, options, stop) };
    }
    if (last !== null) report(last.manifest, address, last.outcome, options);
  } finally {
    end();
  }
}

function report(manifest: Manifest, address: string, outcome: SweepOutcome, options: Options): void {
  if (options.json === true) printJson({ sweep: manifest.sweep, ...outcome });
  else print(summaryLines(manifest, address, outcome));
  if (outcome.failures.length > 0) process.exitCode = 1;
}

/** Launches the sweep with the first checkpoints, and tells it of the others as they appear. */
async function followOnTemporal(file: SpecFile, address: string, options: Options): Promise<void> {
  const { manifests, finish, stop, end } = await followed(file, address, options.until);
  try {
    await withSweepClient(async (client) => {
      let run: RunningSweep | null = null;
      let watching: Promise<boolean> = Promise.resolve(true);
      for await (const manifest of manifests) {
        if (run === null) {
          let attached: boolean;
          ({ run, attached } = await client.launch(manifest, address, {
            ...launchOptions(file, options),
            follow: { until: options.until ?? null },
          }));
          StatusLine.say(
            line`sweep ${manifest.sweep}: ${numberOfCells(manifest)} [workflow ${run.workflowId}]`,
          );
          watching = watchSweep(run, stop, attached);
        }
        await run.addCheckpoints(manifest, address, file.text);
      }
      if (run === null) return;
      if (finish.aborted && !stop.aborted) await run.finish();
      if (await watching) await finishRemote(run, file.spec.name, address, options.json === true);
    });
  } finally {
    end();
  }
}

function launchOptions(file: SpecFile, options: Options): LaunchOptions {
  return {
    spec: file.text,
    replace: options.replace === true,
    window: options.window,
    pace: { attempts: file.spec.engine.attempts, taskTimeout: file.spec.engine.taskTimeout },
  };
}

/** Launches the sweep or attaches to it; leaving does not end it. */
async function sweepOnTemporal(
  manifest: Manifest,
  address: string,
  file: SpecFile,
  options: Options,
): Promise<void> {
  await withSweepClient(async (client) => {
    const { run, attached } = await client.launch(manifest, address, launchOptions(file, options));
    const name = manifest.sweep;
    const what = attached ? 'runs already, attached to it' : numberOfCells(manifest);
    StatusLine.say(line`sweep ${name}: ${what} [workflow ${run.workflowId}]`);
    if (options.detach === true) {
      const watch = `unitscope watch ${name}${options.store === undefined ? '' : ` --store ${options.store}`}`;
      print(line`sweep ${name}: ${attached ? 'runs' : 'launched'}; \`${watch}\` follows it\n`);
      return;
    }
    await interruptible(async (signal) => {
      if (await watchSweep(run, signal, attached))
        await finishRemote(run, name, address, options.json === true);
      else StatusLine.say(line`sweep ${name}: goes on; \`unitscope cancel ${name}\` ends it`);
    });
  });
}
