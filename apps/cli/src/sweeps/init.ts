import { stat, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { InputError, line } from '@unitscope/base';
import { runsSpec } from './runs-spec.js';
import { specTemplate } from './spec-template.js';
import { print } from '../terminal/output.js';

/** The file is there already, or cannot be. */
class SpecUnwritableError extends InputError {
  readonly code = 'SPEC_UNWRITABLE';
}

interface Options {
  readonly force?: true;
  readonly runs?: string;
  readonly network?: string;
  readonly images?: string;
}

export function initCommand(): Command {
  return new Command('init')
    .argument('[file]', 'where to write it', 'sweep.yaml')
    .option(
      '--runs <folder>',
      'look at a folder of runs (Lightning, Hugging Face, timm, Ray Tune, Hydra, Keras), and write the spec for it',
    )
    .option('--network <file>', 'with --runs: the ONNX graph of the weights; default: the one that is found')
    .option(
      '--images <folder>',
      'with --runs: one folder of images a category; default: `images`, where it is',
    )
    .option('--force', 'replace the file if it exists')
    .addHelpText(
      'after',
      '\nExamples:\n  unitscope init\n  unitscope init runs/vgg.yaml\n  unitscope init --runs lightning_logs --network graph.onnx --images images',
    )
    .action(async (file: string, { force, runs, network, images }: Options, self: Command) => {
      if (runs === undefined && (network !== undefined || images !== undefined))
        self.error('error: --network and --images are of a folder of runs: give --runs too');
      const spec = runs === undefined ? null : await runsSpec(file, { runs, network, images });
      try {
        await writeFile(file, spec?.text ?? specTemplate, { flag: force === true ? 'w' : 'wx' });
      } catch (cause) {
        const folder = (await stat(file).catch(() => null))?.isDirectory() === true;
        if (!folder && (cause as NodeJS.ErrnoException).code === 'EEXIST')
          throw new SpecUnwritableError(`${file} exists; --force replaces it`, { cause });
        throw new SpecUnwritableError(
          folder ? `${file}: expected the name of a file, found a folder` : `${file} cannot be written`,
          { cause },
        );
      }
      for (const one of spec?.said ?? []) print(line`${one}\n`);
      const next = spec?.runs === true ? '' : ' edit it, then';
      print(line`wrote ${file}\nnext:${next} \`unitscope plan ${file}\` and \`unitscope sweep ${file}\`\n`);
    });
}
