import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MissingPartError } from './missing-part-error.js';
import { partOf } from './parts.js';

interface Found {
  readonly require: NodeJS.Require;
  /** The name under which it is there. */
  readonly name: string;
}

/** Loads a CommonJS package, wherever it or its part is installed. Throws MissingPartError. */
export function requirePackage(name: string): unknown {
  const found = find(name);
  return found.require(found.name);
}

/** The folder of an installed package, without loading it. Throws MissingPartError. */
export function packageFolder(name: string): string {
  const found = find(name);
  return dirname(found.require.resolve(`${found.name}/package.json`));
}

/** The version of an installed package, without loading it. Throws MissingPartError. */
export function packageVersion(name: string): string {
  const text = readFileSync(join(packageFolder(name), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function find(name: string): Found {
  const part = partOf(name);
  for (const from of places()) {
    const require = createRequire(from);
    if (resolves(require, name)) return { require, name };
    if (part === undefined || !resolves(require, part.name)) continue;
    if (part.renamed) return { require, name: part.name };
    const inside = createRequire(require.resolve(`${part.name}/package.json`));
    if (resolves(inside, name)) return { require: inside, name };
  }
  if (part === undefined) {
    throw new MissingPartError(`the package ${name} is not installed: reinstall unitscope`, null);
  }
  throw new MissingPartError(
    `${part.purpose} need a part that is not installed: npm install -g ${part.name}`,
    part.name,
  );
}

/** Files from which to look: this one, and the folder where npm puts global packages of this Node. */
function places(): string[] {
  const prefix = process.env['npm_config_prefix'] ?? dirname(dirname(process.execPath));
  const global =
    process.platform === 'win32' ? join(dirname(process.execPath), 'x.js') : join(prefix, 'lib', 'x.js');
  return [import.meta.filename, global];
}

function resolves(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
