import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of the npm packages that make up the library, relative to the clone. */
export function libraryPackages(root) {
  const folders = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
  return [...folders, 'workflows'].filter((folder) => existsSync(join(root, folder, 'package.json')));
}
