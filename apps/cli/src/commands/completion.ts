import { Argument, Command } from 'commander';
import { completionScript } from '../completion-script.js';
import { printWhole } from '../terminal/output.js';

export function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('Print a completion script for a shell.')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  source <(unitscope completion bash)          in ~/.bashrc
  source <(unitscope completion zsh)           in ~/.zshrc, after compinit
  unitscope completion fish | source           in config.fish`,
    )
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      printWhole(completionScript(program, shell));
    });
}
