import { Command } from 'commander';
import { shownText } from '@unitscope/base';
import { VERBS, type Verb } from './verbs.js';
import { version } from './version.js';
import { fitHelp } from './terminal/help-text.js';
import { helpWidth } from './terminal/terminal-width.js';
import { printWhole, tell } from './terminal/output.js';

/**
 * The command line, for these words: the verbs that they name are whole, of the others it knows what a listing says. Without
 * words all are whole. Each verb says its options in its file and loads its work only when it is run.
 */
export async function createProgram(words?: readonly string[]): Promise<Command> {
  const program = new Command('unitscope')
    .description(
      'What the units of a CNN are doing: feature entropy of every unit of every layer of every checkpoint.',
    )
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText(
      'after',
      `
Examples:
  unitscope init                      write a commented sweep.yaml
  unitscope plan sweep.yaml           what a sweep would do
  unitscope sweep sweep.yaml          run it; run again to resume
  unitscope entropy maps.arrow        activation files straight to a table

Exit status: 0 done, 1 failed, 2 bad usage or bad input, 130 interrupted.`,
    );
  const whole = async ({ name, summary, load }: Verb): Promise<Command> =>
    fitted((await load(all)).description(summary))
      .exitOverride()
      .showHelpAfterError(`(unitscope ${name} --help shows its use)`);
  const all = (): Promise<Command[]> => Promise.all(VERBS.map(whole));
  for (const verb of VERBS) {
    const isNamed = words?.includes(verb.name) ?? true;
    program.addCommand(isNamed ? await whole(verb) : new Command(verb.name).description(verb.summary));
  }
  return fitted(program);
}

/** Its help fits the terminal, with what was added to it. */
function fitted(command: Command): Command {
  return command.configureOutput({
    getOutHelpWidth: () => helpWidth(),
    getErrHelpWidth: () => helpWidth(process.stderr),
    writeOut: (text) => printWhole(fitHelp(text, helpWidth())),
    writeErr: tell,
    // What was typed stands in messages of wrong use, and may have been pasted.
    outputError: (text, write) => write(`${text.trimEnd().split('\n').map(shownText).join('\n  ')}\n`),
  });
}
