import type { SweepResults } from '@unitscope/query';
import { Option, type Command } from 'commander';
import { leastRate, wholeNumber } from '../terminal/option-values.js';
import { storeAddress } from '../sweeps/spec-file.js';

export interface ResultsOptions {
  readonly store?: string;
  readonly threshold?: number;
  readonly minSelectiveRate?: number;
  readonly definition?: 'code' | 'paper';
}

/** Adds the options of every command that looks at results. */
export function withResultsOptions(command: Command): Command {
  return command
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option(
      '--threshold <index>',
      'state the statistics with this largest birth index instead of the sweep’s',
      wholeNumber(0),
    )
    .option(
      '--min-selective-rate <p>',
      'a unit is sensitive above it, instead of above the sweep’s',
      leastRate,
    )
    .addOption(
      new Option(
        '--definition <which>',
        'H by the authors’ code or by the paper’s text, instead of the sweep’s (docs/method.md)',
      ).choices(['code', 'paper']),
    );
}

/** Opens the results of a sweep, as the options say. */
export async function openResults(name: string, options: ResultsOptions): Promise<SweepResults> {
  const { openStore } = await import('@unitscope/store');
  const { SweepResults } = await import('@unitscope/query');
  const { threshold, minSelectiveRate, definition } = options;
  return SweepResults.open(await openStore(storeAddress(options.store)), name, {
    threshold,
    minSelectiveRate,
    definition,
  });
}
