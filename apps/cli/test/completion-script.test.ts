import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../src/setup/completion-script.js';

const program = new Command('unitscope')
  .addCommand(new Command('sweep').description("Run a sweep; don't stop.").option('--threads <n>', 'threads'))
  .addCommand(new Command('gc').option('-n, --dry-run', 'say only'));

describe('completionScript', () => {
  it('names verbs and long options for bash', () => {
    const script = completionScript(program.commands, 'bash');
    expect(script).toContain('compgen -W "sweep gc --help --version"');
    expect(script).toContain('sweep) words="--threads --help" ;;');
    expect(script).toContain('gc) words="--dry-run --help" ;;');
  });

  it('gives zsh the same through bashcompinit', () => {
    const script = completionScript(program.commands, 'zsh');
    expect(script).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n_unitscope\(\)/);
  });

  it('quotes descriptions for fish', () => {
    const script = completionScript(program.commands, 'fish');
    expect(script).toContain("-a sweep -d 'Run a sweep; don\\'t stop.'");
    expect(script).toContain("complete -c unitscope -n '__fish_seen_subcommand_from gc' -l dry-run");
  });
});
