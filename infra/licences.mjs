// THIRD_PARTY_LICENSES: name, version, licence and licence text of every package whose code is inside a bundle. The
// bundler says which those are; what stays outside is installed with its own licence files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const TEXT = /^(?:licen[cs]e|copying|notice|third.?party)/i;

/**
 * @param {Iterable<string>} files absolute paths of what went into a bundle
 * @returns {string}
 */
export function thirdPartyLicences(files) {
  const folders = new Set([...files].map(packageFolder).filter((folder) => folder !== undefined));
  const packages = [...folders]
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ name }) => name !== 'unitscope' && !name.startsWith('@unitscope/'))
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
  const head =
    'This bundle holds code of the packages below, each under its own licence.\n' +
    'What is not in it but installed beside it has its licence in its own folder.\n';
  return [head, ...packages.map(entry)].join(`\n${'-'.repeat(80)}\n\n`);
}

function entry({ folder, name, version, license, repository, author }) {
  const texts = readdirSync(folder)
    .filter((file) => TEXT.test(file) && !file.endsWith('.js'))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0 && license === undefined) throw new Error(`${name}@${version} states no licence`);
  const source = typeof repository === 'string' ? repository : repository?.url;
  const holder = typeof author === 'string' ? author : author?.name;
  return [
    `${name} ${version}`,
    `Licence: ${typeof license === 'string' ? license : JSON.stringify(license)}`,
    ...(source === undefined ? [] : [`Source: ${source}`]),
    ...(holder === undefined ? [] : [`Author: ${holder}`]),
    '',
    ...(texts.length === 0 ? ['(The package holds no licence text of its own.)'] : [texts.join('\n\n')]),
    '',
  ].join('\n');
}

/** The package that a file of node_modules is of. */
function packageFolder(file) {
  if (!isAbsolute(file)) return undefined;
  return /^(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/.exec(file)?.[1];
}

/** Every package of a node_modules folder, and of those within. */
function installed(folder) {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.flatMap(({ name }) => {
    const path = join(folder, name);
    if (name.startsWith('@')) return installed(path);
    if (name.startsWith('.') || !existsSync(join(path, 'package.json'))) return [];
    const nested = join(path, 'node_modules');
    return [join(path, 'package.json'), ...(existsSync(nested) ? installed(nested) : [])];
  });
}

// node infra/licences.mjs FOLDER: the licences of all that is installed in a node_modules folder, to stdout.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(thirdPartyLicences(installed(resolve(process.argv[2]))));
}
