#!/usr/bin/env node
// Stands in the repository, so that npm links it also before the first build.
import { existsSync } from 'node:fs';

const built = new URL('../dist/bin.js', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  process.stderr.write('unitscope: this clone is not built yet: run `npm run setup`\n');
  process.exitCode = 1;
}
