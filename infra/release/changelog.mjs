const HEADING = '## Unreleased\n';

/** Whether the changelog says anything that was not released. @param {string} text */
export function hasUnreleased(text) {
  const [, after = ''] = text.split(HEADING);
  return (after.split('\n## ')[0] ?? '').includes('- ');
}

/**
 * The changelog with what was unreleased under a version and its date, and a fresh heading for what comes next.
 * @param {string} text @param {string} version @param {string} date
 */
export function cutChangelog(text, version, date) {
  const start = text.indexOf(HEADING);
  if (start < 0) throw new Error('CHANGELOG.md: expected a heading "## Unreleased"');
  const next = text.indexOf('\n## ', start + HEADING.length);
  const lines = text.slice(start + HEADING.length, next < 0 ? undefined : next);
  if (!lines.includes('- '))
    throw new Error('CHANGELOG.md: nothing is unreleased, so there is nothing to release');
  const rest = text.slice(start + HEADING.length);
  return `${text.slice(0, start)}${HEADING}\n## ${version} (${date})\n${rest}`;
}
