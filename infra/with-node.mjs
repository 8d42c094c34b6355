// `node infra/with-node.mjs 24 COMMAND…`: runs a command under another Node, taken whole from its npm package (a line
// such as 24, or a version). Any Node can run this file. The packages of the clone are shared by all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const [version, command, ...args] = process.argv.slice(2);
const folder = join(import.meta.dirname, '..', '.cache', `node${version}`);
const bin = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
if (!existsSync(join(bin, 'node'))) {
  mkdirSync(folder, { recursive: true });
  const name = `node-${process.platform}-${process.arch}@${version}`;
  const install = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    name,
  ];
  if (spawnSync('npm', install, { stdio: 'inherit' }).status !== 0) process.exit(1);
}
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const { status } = spawnSync(command, args, { stdio: 'inherit', env });
process.exit(status ?? 1);
