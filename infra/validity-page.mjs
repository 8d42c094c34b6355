// `npm run validity -- OUT`: docs/validity.md and its charts from the folder of a `unitscope reproduce --full` run.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';

const root = join(import.meta.dirname, '..');
const [out] = process.argv.slice(2);
if (out === undefined) {
  console.error('npm run validity -- OUT: expected the folder of a reproduction');
  process.exit(2);
}

const INTRO = `# Validity: the paper's claims, with their controls

\`npx unitscope reproduce\` trains small CNNs on real images, sweeps over them with ordinary specs, and asks what the paper asks, case by
case. What is asked (\`packages/reproduction/src/claims\`) and the rule (\`packages/reproduction/src/verdict/verdict.ts\`) stand in the code, and
below before any number. \`--quick\` (the default) takes minutes on two cores, \`--full\` some hours; it goes on where it was stopped.
Everything is in its folder: networks, specs, store, \`tables/*.arrow\`, a chart a claim, and this page. What the numbers mean for your own
network: [interpreting.md](interpreting.md).

How the trainings were set (filters, steps, learning rates: \`packages/reproduction/src/networks/configuration.ts\`,
\`packages/reproduction/src/settings.ts\`) was found by trial on accuracy alone, before any entropy was looked at.
`;

const page = readFileSync(join(resolve(out), 'page.md'), 'utf8')
  .replace(/^# .*\n/, '')
  .replaceAll(/\]\(([a-z]+\.svg)\)/g, '](validity/$1)');
const charts = join(root, 'docs', 'validity');
mkdirSync(charts, { recursive: true });
for (const name of readdirSync(resolve(out)).filter((file) => file.endsWith('.svg'))) {
  copyFileSync(join(resolve(out), name), join(charts, name));
}
/** @type {import('prettier').Options} */
const options = { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' };
writeFileSync(join(root, 'docs', 'validity.md'), await format(`${INTRO}${page}`, options));
