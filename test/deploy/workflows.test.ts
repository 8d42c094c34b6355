import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { actionlintPath, root, run } from './tools.js';

// No runner is there to run them: they are checked as their makers check them.
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder).map((name) => join(folder, name));

interface Workflow {
  readonly jobs: Record<
    string,
    { readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }
  >;
}

function steps(file: string): Workflow['jobs'][string]['steps'] {
  const { jobs } = parse(readFileSync(file, 'utf8')) as Workflow;
  return Object.values(jobs).flatMap((job) => job.steps);
}

it('pass actionlint', () => {
  expect(run(actionlintPath(), ['-no-color', ...files])).toBe('');
});

it('pin every action by a commit', () => {
  const used = files.flatMap((file) => steps(file).flatMap(({ uses }) => uses ?? []));
  expect(used.length).toBeGreaterThan(0);
  for (const action of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
});

it('call the commands that this clone has', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = files.flatMap((file) => steps(file).flatMap(({ run: command }) => command ?? []));
  expect(commands.some((command) => command.includes('bash .ci/run'))).toBe(true);
  for (const [, script = ''] of commands.join('\n').matchAll(/npm (?:run )?([\w:-]+)/g)) {
    expect(Object.keys(scripts)).toContain(script);
  }
});
