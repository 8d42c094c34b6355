import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseSpec } from '@unitscope/plan';
import { createProgram } from '../../apps/cli/src/program.ts';
import { codeBlocks, type CodeBlock } from './code-blocks.ts';
import { PAGES, root } from './pages.ts';

// The first hour is run by letter (test/install/package.test.ts), and so are the examples of the packages' READMEs
// (test/install/published-packages.test.ts). Here every block of every page is checked as far as that goes without servers.
type Command = Awaited<ReturnType<typeof createProgram>>;

const blocks = PAGES.flatMap((page) => codeBlocks(root, page));
const of = (...languages: string[]): CodeBlock[] =>
  blocks.filter(({ language }) => languages.includes(language));
const placeOf = ({ page, line }: CodeBlock): string => `${page}:${line}`;

test('every block is in a language that is checked, or is no code', () => {
  const checked = ['sh', 'js', 'yaml', 'python'];
  const noCode = ['text', 'mermaid'];
  const others = blocks.filter(({ language }) => ![...checked, ...noCode].includes(language));
  expect(others.map(placeOf)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(40);
});

/** The commands of a block, continued lines joined, comments and substitutions of the shell taken off. */
function commandsOf(block: CodeBlock): string[] {
  return block.code
    .replace(/\\\n/g, ' ')
    .split(/\n|&&/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The words that the shell makes of a command; patterns stay as they are. */
function wordsOf(command: string): string[] {
  const script = `set -f; set -- ${command}\nprintf '%s\\0' "$@"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** Has commander read the words with every action taken out: unknown verbs, options and surplus words are refused. */
async function parse(words: readonly string[]): Promise<void> {
  const program = await createProgram();
  const quiet = (command: Command): void => {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    command.commands.forEach(quiet);
  };
  quiet(program);
  await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => {
    if ((error as { exitCode?: number }).exitCode !== 0) throw error;
  });
}

test('every block of shell is one that a shell reads', () => {
  for (const block of of('sh')) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: block.code, encoding: 'utf8' });
    expect(`${placeOf(block)} ${stderr}`).toBe(`${placeOf(block)} `);
    expect(status).toBe(0);
  }
});

test('every unitscope command of a page is one that the command line knows, with its options', async () => {
  const commands = of('sh').flatMap((block) =>
    commandsOf(block)
      .filter((command) => /^(npx )?unitscope /.test(command))
      .map((command) => ({ at: placeOf(block), command })),
  );
  expect(commands.length).toBeGreaterThan(25);
  for (const { at, command } of commands) {
    const words = wordsOf(command.replace(/^(npx )?unitscope /, ''));
    await expect(parse(words), `${at}: ${command}`).resolves.toBeUndefined();
  }
});

test('every npm script and every file that a page runs is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const block of of('sh')) {
    for (const command of commandsOf(block)) {
      const script = /^npm (?:run (?:--silent )?)?([a-z:-]+)/.exec(command)?.[1] ?? 'test';
      if (command.startsWith('npm run ') || command === 'npm test')
        expect(Object.keys(scripts), `${placeOf(block)}: ${command}`).toContain(script);
      const file = /^(?:node|bash) ([\w./-]+)/.exec(command)?.[1];
      if (file !== undefined && !file.startsWith('-'))
        expect(existsSync(join(root, file)), `${placeOf(block)}: ${command}`).toBe(true);
    }
  }
});

test('every sweep spec of a page is one that is taken', () => {
  expect(of('yaml').length).toBeGreaterThan(1);
  for (const block of of('yaml')) {
    expect(parseSpec(block.code, placeOf(block)).name).not.toBe('');
  }
});

test('every block of Python is one that Python reads', () => {
  for (const block of of('python')) {
    const { status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
      input: block.code,
      encoding: 'utf8',
    });
    expect(status, `${placeOf(block)}: ${stderr}`).toBe(0);
  }
});

test('every block of JavaScript is type-checked', () => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'blocks-'));
  try {
    const files = of('js').map((block, at) => {
      const file = join(folder, `${at}.mjs`);
      writeFileSync(file, `// ${placeOf(block)}\n${block.code}`);
      return file;
    });
    const options = '--ignoreConfig --noEmit --allowJs --checkJs --strict --skipLibCheck --types node'.split(
      ' ',
    );
    const target = '--target es2024 --module nodenext --moduleResolution nodenext'.split(' ');
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...target, ...files], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
