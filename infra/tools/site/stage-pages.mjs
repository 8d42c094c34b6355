import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'CODE_OF_CONDUCT.md', 'RUNBOOK.md'];
const REPOSITORY = 'https://github.com/unitscope/unitscope/blob/main';

/** Copies the pages as they lie in the clone. A link out of them, such as to a source, leads to the repository instead. */
export function stagePages(root, staging) {
  const docs = readdirSync(join(root, 'docs'), { recursive: true }).map((name) => posix.join('docs', name));
  const pages = [...PAGES, ...docs.filter((name) => name.endsWith('.md') && !name.includes('api-reports'))];
  for (const page of pages) {
    const to = join(staging, page === 'README.md' ? 'index.md' : page);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, linksRewritten(root, page, new Set(pages)));
  }
  for (const file of docs.filter((name) => /\.(svg|png)$/.test(name))) {
    mkdirSync(dirname(join(staging, file)), { recursive: true });
    cpSync(join(root, file), join(staging, file));
  }
}

function linksRewritten(root, page, pages) {
  const text = readFileSync(join(root, page), 'utf8').replace(/^<!-- .*? -->\n+/gm, '');
  return text.replace(/(!?\[[^\]]*\]\()([^)\s]+)(\))/g, (whole, before, target, after) => {
    if (/^[a-z]+:|^#/.test(target)) return whole;
    const [path, fragment] = target.split('#');
    const file = posix.join(posix.dirname(page), path);
    if (file === 'README.md') return `${before}/${fragment === undefined ? '' : `#${fragment}`}${after}`;
    if (pages.has(file) || before.startsWith('!')) return whole;
    if (!existsSync(join(root, file)))
      throw new Error(`${page}: a link leads to ${target}, which is not there`);
    return `${before}${REPOSITORY}/${file}${fragment === undefined ? '' : `#${fragment}`}${after}`;
  });
}
