import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Links of built pages that lead to no file of the site, or to no heading of the page. */
export function checkLinks(site) {
  const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith('.html'));
  const ids = new Map(pages.map((page) => [page, new Set(idsOf(join(site, page)))]));
  return pages.flatMap((page) => {
    const html = readFileSync(join(site, page), 'utf8');
    return [...html.matchAll(/ href="([^"]*)"/g)]
      .map(([, href]) => href.replaceAll('&amp;', '&'))
      .filter((href) => !/^[a-z]+:/.test(href) && !leads(site, ids, page, href))
      .map((href) => `${page} → ${href}`);
  });
}

function idsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
}

function leads(site, ids, page, href) {
  const [path, fragment = ''] = href.split('#');
  const file = path === '' ? page : resolved(site, page, path);
  if (file === undefined) return false;
  return fragment === '' || !ids.has(file) || ids.get(file).has(decodeURIComponent(fragment));
}

function resolved(site, page, path) {
  const plain = decodeURIComponent(path.split('?')[0]);
  const file = plain.startsWith('/') ? plain.slice(1) : posix.join(posix.dirname(page), plain);
  return [file, `${file}.html`, posix.join(file, 'index.html')].find(
    (name) => name !== '' && /\.\w+$/.test(name) && existsSync(join(site, name)),
  );
}
