import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { readSpecFile, storeAddress } from '../spec-file.js';
import { leftOutLines, numberOfCells } from '../sweep-summary.js';
import { humanBytes, humanSeconds, textTable } from '../text-table.js';

interface Options {
  readonly store?: string;
  readonly json?: true;
}

export function planCommand(): Command {
  return new Command('plan')
    .description('Dry run: what a sweep would do, what is already there, and what it would take.')
    .argument('<spec>', 'the sweep spec, YAML or JSON')
    .option('--store <address>', 'folder or file:// address; default: the spec’s, else ./.unitscope')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nWrites nothing.\n\nExamples:\n  unitscope plan sweep.yaml\n  unitscope plan sweep.yaml --json',
    )
    .action(async (path: string, options: Options) => {
      const file = await readSpecFile(path);
      const { openStore } = await import('@unitscope/store');
      const { estimateSweep, resolveSweep } = await import('@unitscope/tasks');
      const store = await openStore(storeAddress(options.store, file));
      const manifest = await resolveSweep(file.spec, file.folder);
      const estimate = await estimateSweep(
        manifest,
        store,
        file.spec.engine.threads ?? availableParallelism(),
      );
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify({ sweep: manifest.sweep, ...estimate })}\n`);
        return;
      }
      const { tasks, cells, cachedCells, maps, bytesRead, bytesWritten, seconds } = estimate;
      const rows = [
        ['tasks', tasks.toLocaleString('en')],
        [
          'cells',
          `${cells.toLocaleString('en')}, of which already there: ${cachedCells.toLocaleString('en')}`,
        ],
        ['maps to measure', maps.toLocaleString('en')],
        ['read', humanBytes(bytesRead)],
        ['written', humanBytes(bytesWritten)],
        ['time on this machine', seconds === null ? 'nothing to do' : timeNeeded(seconds)],
      ];
      process.stdout.write(
        `sweep ${manifest.sweep}: ${numberOfCells(manifest)}\n${textTable(['', ''], rows).replace(/^\n/, '')}`,
      );
      for (const line of leftOutLines(manifest)) process.stdout.write(`${line}\n`);
    });
}

// The calibration knows nothing of starting threads and libraries.
function timeNeeded(seconds: number): string {
  return seconds < 5 ? 'some seconds' : `about ${humanSeconds(seconds)}`;
}
