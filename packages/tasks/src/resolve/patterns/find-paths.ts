import { relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { glob } from 'tinyglobby';
import { GlobFilter } from './glob-filter.js';

const MAGIC = /[*?[\]{}()!+@\\|]/;
/** A name that may begin with a dot. */
const DOT = /(?:^|[/{(,|[])\\?\.|!\(/;

/**
 * The paths that a glob matches, relative to `folder`; `foldersToo`: those of folders too, which end in `/`. The disk is
 * searched by a simpler glob that matches at least as much, as only comparing with names can be ended. Throws PatternError
 * where comparing takes too long.
 */
export async function findPaths(
  pattern: string,
  folder: string,
  { foldersToo = false } = {},
): Promise<string[]> {
  const scanned = picomatch.scan(pattern);
  if (scanned.negated) return [];
  const [base, wanted] = scanned.glob === '' ? lastName(scanned.base) : [scanned.base, scanned.glob];
  const root = resolve(folder, base.replaceAll(/\\(.)/g, '$1'));
  const found = await glob(simpler(wanted), {
    cwd: root,
    absolute: true,
    onlyFiles: !foldersToo,
    expandDirectories: false,
    dot: DOT.test(wanted),
  });
  const filter = new GlobFilter([wanted.replace(/\/$/, '')], pattern);
  return filter.keep(found, (path) => relative(root, path));
}

// `run-*/ckpt/@(a|b)*.onnx` → `*/ckpt/*`: stars alone in their names are compared in no time.
function simpler(wanted: string): string {
  const names: string[] = [];
  for (const name of wanted.split('/')) {
    if (name.includes('**') || !isBalanced(name)) return [...names, '**'].join('/');
    names.push(MAGIC.test(name) ? '*' : name);
  }
  return names.join('/');
}

/** Whether no brackets reach into the next name. */
function isBalanced(name: string): boolean {
  return ['()', '[]', '{}'].every(
    ([open = '', close = '']) => name.split(open).length === name.split(close).length,
  );
}

/** `run/a.arrow` → `run`, `a.arrow` */
function lastName(path: string): [string, string] {
  const start = path.replace(/\/$/, '').lastIndexOf('/') + 1;
  return [path.slice(0, start), path.slice(start)];
}
