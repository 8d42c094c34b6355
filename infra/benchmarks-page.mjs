import { trendChart } from '@unitscope/plots';

const INTRO = `# Benchmarks over time

Made by \`npm run generate\` from \`docs/benchmarks.jsonl\`, which \`npm run bench:all\` adds to: a line a figure, with machine and
commit. Each figure is a ratio to a named counterpart, taken in one run with it. Times alone say little on shared machines.

CI runs the short ones (\`npm run bench:all -- --quick --check\`). It fails where a held ratio is 1.5 times worse than the median of
the last five of its type of machine, in two runs. Where there is no record of that type it says what is worse and goes on.
How each is measured, and what was tried: [performance.md](performance.md).
`;

const EXTENTS = [
  { name: 'whole', title: 'Whole benchmarks', quick: false },
  { name: 'quick', title: 'The short ones, as CI runs them', quick: true },
];

/** The page and its charts, by path: the records of docs/benchmarks.jsonl, oldest first. */
export async function benchmarksPage(records) {
  /** @type {Record<string, string>} */
  const files = {};
  const parts = [INTRO];
  for (const { name, title, quick } of EXTENTS) {
    const own = records.filter((record) => record.quick === quick);
    if (own.length === 0) continue;
    const chart = await trendChart(trendOf(title, own));
    files[`docs/benchmarks/${name}.svg`] = `${chart.trimEnd()}\n`;
    parts.push(
      `## ${title}\n\n![Ratios over the commits that were measured](benchmarks/${name}.svg)\n\n${runsOf(own)}\n\n${tableOf(own)}\n`,
    );
  }
  files['docs/benchmarks.md'] = parts.join('\n');
  return files;
}

const runOf = ({ date, commit, machine }) => `${date}, ${commit}, ${machine}`;

/** @returns {Parameters<typeof trendChart>[0]} */
function trendOf(title, records) {
  const runs = [...new Set(records.map(runOf))];
  const groups = Map.groupBy(records, ({ figure }) => figure.slice(0, figure.indexOf(':')));
  return {
    title: `${title}: ratios`,
    stepLabel: 'run',
    stepScale: 'linear',
    panels: [...groups].map(([group, own]) => ({
      label: `${group}, ${own.at(-1).better} is better`,
      series: [...Map.groupBy(own, ({ figure }) => figure)].map(([figure, points]) => ({
        name: figure,
        points: points.map((record) => ({ step: runs.indexOf(runOf(record)) + 1, value: record.ratio })),
      })),
    })),
  };
}

function runsOf(records) {
  const runs = [...new Set(records.map(runOf))];
  return `Runs: ${runs.map((run, at) => `${at + 1}: ${run}`).join('; ')}.`;
}

function tableOf(records) {
  const rows = [...Map.groupBy(records, ({ figure }) => figure)].map(([figure, own]) => {
    const last = own.at(-1);
    const ratios = own.map(({ ratio }) => ratio);
    const span = `${Math.min(...ratios)} to ${Math.max(...ratios)}`;
    return `| ${figure} | ${last.ratio} | ${last.counterpart} | ${last.better} | ${span} | ${own.length} | ${last.date}, ${last.commit} | ${last.machine} |`;
  });
  return [
    '| figure | ratio | over | better | all | runs | last | machine |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
