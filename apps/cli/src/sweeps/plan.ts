import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { wholeNumber } from '../terminal/option-values.js';
import { readSpecFile, storeAddress } from './spec-file.js';
import {
  leftOutLines,
  noticeLines,
  noticesOf,
  numberOfCells,
  photographsText,
  plannedTrainings,
  trainingsText,
} from './sweep-summary.js';
import { humanBytes, humanSeconds, textTable } from '../terminal/text-table.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly workers?: number;
  readonly engine: 'local' | 'temporal';
  readonly json?: true;
}

export function planCommand(): Command {
  return new Command('plan')
    .argument('<spec>', 'the sweep spec, YAML or JSON')
    .option('--store <address>', 'folder, file:// or s3:// address; default: the spec’s, else ./.unitscope')
    .option('--workers <n>', 'also the time on so many machines like this one', wholeNumber(1))
    .addOption(
      new Option(
        '--engine <engine>',
        'temporal: also what Temporal Cloud would count, and what it and the storage cost',
      )
        .choices(['local', 'temporal'])
        .default('local'),
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nWrites nothing.\n\nExamples:\n  unitscope plan sweep.yaml\n  unitscope plan sweep.yaml --json',
    )
    .action(planSweep);
}

async function planSweep(path: string, options: Options): Promise<void> {
  const file = await readSpecFile(path);
  const { calibrateSweep } = await import('@unitscope/engine');
  const { openStore } = await import('@unitscope/store');
  const { estimateSweep, resolveSweep } = await import('@unitscope/tasks');
  const store = await openStore(storeAddress(options.store, file));
  const threads = file.spec.engine.threads ?? availableParallelism();
  // The sweep looks all up again.
  const started = performance.now();
  const manifest = await resolveSweep(file.spec, file.folder);
  const resolved = (performance.now() - started) / 1000;
  const found = await estimateSweep(manifest, store, {
    threads,
    workers: options.workers,
    calibrate: (sample, items) => calibrateSweep(manifest, sample, items, threads),
  });
  const estimate = {
    ...found,
    seconds: found.seconds && resolved + found.seconds,
    workerSeconds: found.workerSeconds && resolved + found.workerSeconds,
  };
  const cost =
    options.engine === 'temporal' ? await costOf(manifest.checkpoints.length, estimate, threads) : null;
  if (options.json === true) {
    printJson({
      sweep: manifest.sweep,
      ...estimate,
      ...plannedTrainings(manifest),
      notices: noticesOf(manifest.source),
      ...(cost !== null && { cost }),
    });
    return;
  }
  const { tasks, cells, cachedCells, maps, bytesRead, bytesWritten, seconds, workerSeconds } = estimate;
  const photographs = photographsText(manifest.source);
  const rows = [
    ['trainings', trainingsText(manifest)],
    ['tasks', tasks.toLocaleString('en')],
    ['cells', `${cells.toLocaleString('en')}, of which already there: ${cachedCells.toLocaleString('en')}`],
    ['maps to measure', maps.toLocaleString('en')],
    ['activation files to read', humanBytes(bytesRead)],
    ...(photographs === null ? [] : [['photographs to show', photographs]]),
    ['to write', humanBytes(bytesWritten)],
    ['time on this machine', seconds === null ? 'nothing to do' : timeNeeded(seconds)],
    ...(options.workers !== undefined && workerSeconds !== null
      ? [[`time on ${options.workers} workers`, timeNeeded(workerSeconds)]]
      : []),
    ...(cost === null ? [] : costRows(cost)),
  ];
  print(
    `sweep ${manifest.sweep}: ${numberOfCells(manifest)}\n${textTable(['', ''], rows).replace(/^\n/, '')}`,
  );
  for (const words of [...leftOutLines(manifest.source), ...noticeLines(manifest.source)])
    print(`${words}\n`);
}

/** USD a GB and month: S3 Standard's list price, us-east-1, first 50 TB. */
const USD_A_GIGABYTE = 0.023;

interface Cost {
  readonly actions: number;
  readonly actionsUsd: number;
  readonly storageUsdAMonth: number;
}

async function costOf(
  checkpoints: number,
  {
    tasks,
    seconds,
    bytesWritten,
  }: { readonly tasks: number; readonly seconds: number | null; readonly bytesWritten: number },
  threads: number,
): Promise<Cost> {
  const { temporalBill } = await import('@unitscope/workflows');
  const work = { checkpoints, tasks, seconds: (seconds ?? 0) * threads };
  const { actions, usd } = temporalBill(work);
  return { actions, actionsUsd: usd, storageUsdAMonth: (bytesWritten / 1e9) * USD_A_GIGABYTE };
}

function costRows({ actions, actionsUsd, storageUsdAMonth }: Cost): [string, string][] {
  return [
    [
      'Temporal actions',
      `about ${actions.toLocaleString('en')}: ${dollars(actionsUsd)} on Temporal Cloud, list price`,
    ],
    ['storage', `${dollars(storageUsdAMonth)} a month on Amazon S3, list price`],
  ];
}

function dollars(usd: number): string {
  return usd < 0.01 ? 'under 0.01 USD' : `${usd.toFixed(2)} USD`;
}

function timeNeeded(seconds: number): string {
  return seconds < 5 ? 'some seconds' : `about ${humanSeconds(seconds)}`;
}
