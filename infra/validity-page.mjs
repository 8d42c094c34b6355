// `npm run validity -- OUT [NAME]`: docs/NAME.md and its charts from the folder of a run. NAME: validity (the default; of
// `unitscope reproduce --full`), zoo (of `unitscope reproduce zoo`).
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';

const root = join(import.meta.dirname, '..');
const [out, name = 'validity'] = process.argv.slice(2);
if (out === undefined) {
  console.error('npm run validity -- OUT [NAME]: expected the folder of a reproduction');
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

const INTROS = {
  validity: INTRO,
  zoo: `# The zoo

Which measure tells which network generalizes, without test data? Made by \`npx unitscope reproduce zoo\`; what follows from it stands in
[interpreting.md](interpreting.md#which-network-generalizes). The run of 2026-11-30 took 92 minutes of
processor time on 2 cores (AMD EPYC, 24 GiB); it goes on where it was
stopped. \`--digits\` asks the same of another set of images.
`,
};
const intro = Object.entries(INTROS).find(([page]) => page === name)?.[1];
if (intro === undefined) {
  console.error(`npm run validity -- OUT [NAME]: expected ${Object.keys(INTROS).join(', ')}, found ${name}`);
  process.exit(2);
}
const page = readFileSync(join(resolve(out), name === 'zoo' ? 'zoo.md' : 'page.md'), 'utf8')
  .replace(/^# .*\n/, '')
  .replaceAll(/\]\(([a-z]+\.svg)\)/g, `](${name}/$1)`);
if (name !== 'zoo') copyCharts(join(root, 'docs', name));
const markdown = await format(`${intro}${page}`, {
  parser: 'markdown',
  printWidth: 120,
  proseWrap: 'preserve',
});
writeFileSync(join(root, 'docs', `${name}.md`), markdown);

/** @param {string} charts */
function copyCharts(charts) {
  mkdirSync(charts, { recursive: true });
  for (const file of readdirSync(resolve(out)).filter((found) => found.endsWith('.svg'))) {
    copyFileSync(join(resolve(out), file), join(charts, file));
  }
}
