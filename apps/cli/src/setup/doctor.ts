import { Command } from 'commander';
import { line } from '@unitscope/base';
import { storeAddress } from '../sweeps/spec-file.js';
import { textTable } from '../terminal/text-table.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly json?: true;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExit status 1 where something that is needed fails.\n\nExamples:\n  unitscope doctor\n  unitscope doctor --store /data/unitscope',
    )
    .action(async (options: Options) => {
      const { examine } = await import('./doctor-checks.js');
      const findings = await examine(storeAddress(options.store));
      if (options.json === true) printJson(findings);
      else {
        print(
          textTable(
            ['', 'part', 'found'],
            findings.map(({ state, part, found }) => [state, part, found]),
          ),
        );
        for (const { part, mend } of findings) if (mend !== null) print(line`\n${part}: ${mend}\n`);
      }
      if (findings.some(({ state }) => state === 'fails')) process.exitCode = 1;
    });
}
