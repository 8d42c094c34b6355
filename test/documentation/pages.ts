import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

const inFolder = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

/** The pages that people read, by their place in the clone; what a command generates is not among them. */
export const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'RUNBOOK.md', 'examples/pytorch/README.md', 'workflows/README.md'],
  ...inFolder('docs').filter((page) => page !== 'docs/commands.md'),
  ...readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md')),
];
