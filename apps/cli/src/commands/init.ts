import { writeFile } from 'node:fs/promises';
import { InputError } from '@unitscope/topology';
import { Command } from 'commander';
import { specTemplate } from '../spec-template.js';

class FileExistsError extends InputError {
  readonly code = 'FILE_EXISTS';
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
        const { code, message } = cause as NodeJS.ErrnoException;
        if (code === 'EEXIST') throw new FileExistsError(`${file} exists; --force replaces it`, { cause });
        throw new FileExistsError(`${file} cannot be written: ${message}`, { cause });
      }
      process.stdout.write(
        `wrote ${file}\nnext: edit it, then \`unitscope plan ${file}\` and \`unitscope sweep ${file}\`\n`,
      );
    });
}
