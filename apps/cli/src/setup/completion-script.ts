import type { Command } from 'commander';

/**
 * A completion script made from the commands and options there are: verbs in the first place, then the verb's
 * options, else files.
 */
export function completionScript(commands: readonly Command[], shell: 'bash' | 'zsh' | 'fish'): string {
  const verbs = commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    flags: [...command.options.flatMap(({ long }) => (long == null ? [] : [long])), '--help'],
  }));
  if (shell === 'fish') return fish(verbs);
  const script = bash(verbs);
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}

interface Verb {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly string[];
}

function bash(verbs: readonly Verb[]): string {
  const cases = verbs.map(({ name, flags }) => `    ${name}) words="${flags.join(' ')}" ;;`).join('\n');
  return `_unitscope() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.map(({ name }) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases}
  esac
  if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _unitscope unitscope
`;
}

function fish(verbs: readonly Verb[]): string {
  const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lines = verbs.flatMap(({ name, description, flags }) => [
    `complete -c unitscope -n __fish_use_subcommand -f -a ${name} -d ${quote(description)}`,
    ...flags.map(
      (flag) => `complete -c unitscope -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
