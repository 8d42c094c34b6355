#!/usr/bin/env node
// Stands in the repository, so that npm links it also before the first build. An older Node must be able to read it.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const built = new URL('../dist/bin.js', import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  refuse(
    `needs Node 22.12 or later, found ${process.versions.node}: install a newer one (https://nodejs.org/en/download)`,
    2,
  );
} else if (existsSync(built)) {
  // V8 keeps what it compiled for the next start: in a folder of this user's, since it is code that will run.
  const named = process.env.XDG_CACHE_HOME ?? '';
  const caches = isAbsolute(named) ? named : join(homedir(), '.cache');
  module.enableCompileCache(join(caches, 'unitscope', 'compiled'));
  await import(built.href);
} else refuse('this clone is not built yet: run `npm run setup`', 1);

function refuse(message, status) {
  process.stderr.write(`unitscope: ${message}\n`);
  process.exitCode = status;
}
