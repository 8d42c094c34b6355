import { stat, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { InputError, line } from '@unitscope/topology';
import { specTemplate } from '../spec-template.js';
import { print } from '../terminal/output.js';

/** The file is there already, or cannot be. */
class SpecUnwritableError extends InputError {
  readonly code = 'SPEC_UNWRITABLE';
}

export function initCommand(): Command {
  return new Command('init')
    .description('Write a commented sweep.yaml to start from.')
    .argument('[file]', 'where to write it', 'sweep.yaml')
    .option('--force', 'replace the file if it exists')
    .addHelpText('after', '\nExamples:\n  unitscope init\n  unitscope init runs/vgg.yaml')
    .action(async (file: string, { force }: { force?: true }) => {
      try {
        await writeFile(file, specTemplate, { flag: force === true ? 'w' : 'wx' });
      } catch (cause) {
        const folder = (await stat(file).catch(() => null))?.isDirectory() === true;
        if (!folder && (cause as NodeJS.ErrnoException).code === 'EEXIST')
          throw new SpecUnwritableError(`${file} exists; --force replaces it`, { cause });
        throw new SpecUnwritableError(
          folder ? `${file}: expected the name of a file, found a folder` : `${file} cannot be written`,
          { cause },
        );
      }
      print(
        line`wrote ${file}\nnext: edit it, then \`unitscope plan ${file}\` and \`unitscope sweep ${file}\`\n`,
      );
    });
}
