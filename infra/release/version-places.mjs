/**
 * What names the version besides the packages' own package.json files (nx release sets those). Each refuses a file in which it
 * does not find its place.
 * @param {string} version @param {string} date
 */
export function versionPlaces(version, date) {
  return [
    place('package.json', /("version": ")[^"]+/, version),
    place(
      'packages/tasks/src/sweeps/proof/program-version.ts',
      /(PROGRAM_VERSION: string = ')[^']+/,
      version,
    ),
    place('packages/python/pyproject.toml', /(\nversion = ")[^"]+/, version),
    place('packages/python/src/unitscope/__init__.py', /(__version__ = ")[^"]+/, version),
    place('infra/helm/unitscope/Chart.yaml', /(\nversion: ).+/, version, /(\nappVersion: ).+/),
    place('infra/helm/values/self-hosted.yaml', /(tag: ')[^']+/, version),
    place('docs/distributed.md', /(unitscope VERSION=)[^ ]+/, version),
    {
      file: 'CITATION.cff',
      change: (text) =>
        put(
          'CITATION.cff',
          put('CITATION.cff', text, /(\nversion: ).+/, version),
          /(\ndate-released: ).+/,
          date,
        ),
    },
  ];
}

function place(file, ...rest) {
  const [first, version, second] = rest;
  const patterns = second === undefined ? [first] : [first, second];
  return { file, change: (text) => patterns.reduce((so, pattern) => put(file, so, pattern, version), text) };
}

function put(file, text, pattern, value) {
  if (!pattern.test(text)) throw new Error(`${file}: expected ${pattern}`);
  return text.replace(pattern, (_, before) => `${before}${value}`);
}
