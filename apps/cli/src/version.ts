import { readFileSync } from 'node:fs';

interface PackageJson {
  readonly version: string;
}

/** The version in the package's own package.json, which stands beside the folder of the built files. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageJson
).version;
