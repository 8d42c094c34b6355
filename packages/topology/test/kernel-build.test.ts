import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the embedded kernel is what assembly/ compiles to', { timeout: 60_000 }, () => {
  const script = fileURLToPath(new URL('../build-kernel.mjs', import.meta.url));
  expect(execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' })).toBe('');
});
