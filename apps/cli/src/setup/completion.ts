import { Argument, Command } from 'commander';
import { completionScript } from './completion-script.js';
import { printWhole } from '../terminal/output.js';

export function completionCommand(all: () => Promise<readonly Command[]>): Command {
  return new Command('completion')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  source <(unitscope completion bash)          in ~/.bashrc
  source <(unitscope completion zsh)           in ~/.zshrc, after compinit
  unitscope completion fish | source           in config.fish`,
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      printWhole(completionScript(await all(), shell));
    });
}
