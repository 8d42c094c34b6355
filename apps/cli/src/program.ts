import { Command } from 'commander';
import { shownText } from '@unitscope/topology';
import { ablateCommand } from './commands/ablate.js';
import { bindCommand } from './commands/bind.js';
import { compareCommand } from './commands/compare.js';
import { completionCommand } from './commands/completion.js';
import { controlCommands } from './commands/control.js';
import { dashboardCommand } from './commands/dashboard.js';
import { devCommand } from './commands/dev.js';
import { doctorCommand } from './commands/doctor.js';
import { entropyCommand } from './commands/entropy.js';
import { exportCommand } from './commands/export.js';
import { gcCommand } from './commands/gc.js';
import { initCommand } from './commands/init.js';
import { layersCommand } from './commands/layers.js';
import { planCommand } from './commands/plan.js';
import { plotCommand } from './commands/plot.js';
import { queryCommand } from './commands/query.js';
import { rankCommand } from './commands/rank.js';
import { removeCommand } from './commands/remove.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { retryCommand } from './commands/retry.js';
import { sweepCommand } from './commands/sweep.js';
import { sweepsCommand } from './commands/sweeps.js';
import { trendCommand } from './commands/trend.js';
import { verifyCommand } from './commands/verify.js';
import { watchCommand } from './commands/watch.js';
import { workerCommand } from './commands/worker.js';
import { version } from './version.js';
import { fitHelp } from './terminal/help-text.js';
import { helpWidth } from './terminal/terminal-width.js';
import { printWhole, tell } from './terminal/output.js';

/** The command line. Each command says its options here and loads its work only when it is run. */
export function createProgram(): Command {
  const program = new Command('unitscope')
    .description(
      'What the units of a CNN are doing: feature entropy of every unit of every layer of every checkpoint.',
    )
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
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
  for (const command of [
    initCommand(),
    doctorCommand(),
    layersCommand(),
    bindCommand(),
    planCommand(),
    sweepCommand(),
    sweepsCommand(),
    watchCommand(),
    ...controlCommands(),
    retryCommand(),
    workerCommand(),
    devCommand(),
    entropyCommand(),
    queryCommand(),
    compareCommand(),
    rankCommand(),
    trendCommand(),
    plotCommand(),
    exportCommand(),
    reportCommand(),
    ablateCommand(),
    dashboardCommand(),
    reproduceCommand(),
    verifyCommand(),
    removeCommand(),
    gcCommand(),
  ]) {
    program.addCommand(
      fitted(command).exitOverride().showHelpAfterError(`(unitscope ${command.name()} --help shows its use)`),
    );
  }
  program.addCommand(fitted(completionCommand(program)).exitOverride());
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
