const page = (text, link) => ({ text, link });

export default {
  title: 'unitscope',
  description: 'Feature entropy of every unit of every layer of every CNN checkpoint',
  cleanUrls: false,
  ignoreDeadLinks: 'localhostLinks',
  lastUpdated: false,
  // The headings' addresses are GitHub's, so that one link works on both.
  // A `<name>` in a page is text.
  markdown: { html: false, anchor: { slugify: gitHubSlug }, toc: { slugify: gitHubSlug } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: 'https://github.com/unitscope/unitscope' }],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('What it is', '/'),
          page('The first hour', '/docs/first-hour'),
          page('Glossary', '/docs/glossary'),
          page('Troubleshooting', '/docs/troubleshooting'),
        ],
      },
      {
        text: 'Use',
        items: [
          page('Commands', '/docs/commands'),
          page('Sweep spec', '/docs/sweep-spec'),
          page('Tables', '/docs/tables'),
          page('Results', '/docs/results'),
          page('Ablation', '/docs/ablation'),
          page('Python', '/docs/python'),
          page('Dashboard', '/docs/dashboard'),
          page('Distributed sweeps', '/docs/distributed'),
          page('When an alert fires', '/docs/runbook'),
        ],
      },
      {
        text: 'Understand',
        items: [
          page('Method', '/docs/method'),
          page('Interpreting', '/docs/interpreting'),
          page('Validity', '/docs/validity'),
          page('The zoo', '/docs/zoo'),
          page('The zoo on digits', '/docs/zoo-digits'),
          page('Performance', '/docs/performance'),
          page('Benchmarks over time', '/docs/benchmarks'),
          page('Record of measurements', '/docs/measurements'),
          page('Networks', '/docs/networks'),
        ],
      },
      {
        text: 'Build on it',
        items: [
          page('API reference', '/api/'),
          page('Python reference', '/api/python'),
          page('Architecture', '/docs/architecture'),
          page('Dependencies', '/docs/dependencies'),
          page('Networks', '/docs/networks'),
          page('Versions', '/docs/versions'),
          page('Changelog', '/CHANGELOG'),
          page('Contributing', '/CONTRIBUTING'),
          page('How a release is made', '/RUNBOOK'),
        ],
      },
    ],
  },
};

function gitHubSlug(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
