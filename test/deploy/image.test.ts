import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonTool, root, run } from './tools.js';

const path = join(root, 'infra', 'docker', 'Dockerfile');
const dockerfile = readFileSync(path, 'utf8');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unitscope-image-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('passes hadolint', () => {
  expect(run(pythonTool('hadolint'), ['--failure-threshold', 'style', path])).toBe('');
});

interface Bake {
  readonly variable: unknown;
  readonly target: readonly { readonly image: Record<string, readonly string[] | string> }[];
}

// Neither buildx nor a daemon is there to build it: what the definition says is read.
it('is built for both processors, with a bill of materials and the record of its build', () => {
  const file = join(root, 'infra', 'docker', 'docker-bake.hcl');
  const read = 'import hcl2, json, sys; print(json.dumps(hcl2.load(open(sys.argv[1]))))';
  const bake = JSON.parse(run(pythonTool('python'), ['-c', read, file])) as Bake;
  const said = JSON.stringify(bake.target);
  for (const part of ['linux/amd64', 'linux/arm64', 'type=sbom', 'type=provenance,mode=max']) {
    expect(said).toContain(part);
  }
  for (const label of ['title', 'licenses', 'version', 'revision', 'source']) {
    expect(said).toContain(`org.opencontainers.image.${label}`);
  }
  expect(said).toContain('infra/docker/Dockerfile');
  expect(said).toContain('NODE_IMAGE');
  // A release on a base that has no digest is refused.
  expect(JSON.stringify(bake.variable)).toMatch(/NODE_IMAGE.*validation.*@sha256:\[0-9a-f\]\{64\}/);
});

// There is no Docker daemon where the tests run: the steps of the image, one by one, in a folder of their own.
it('installs the locked packages and the packed command line, which answers from there', () => {
  const app = join(folder, 'app');
  mkdirSync(join(app, 'apps', 'cli'), { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc', 'apps/cli/package.json']) {
    copyFileSync(join(root, file), join(app, file));
  }
  const install = step(/npm ci --omit=dev [^\\\n]+/);
  const prune = step(/&& rm -rf node_modules\/unitscope[\s\S]+?(?=\n\n)/);
  run('sh', [
    '-c',
    `cd ${app} && ${install} ${prune.replaceAll(/^ *#.*\n/gm, '').replace('/licences.mjs', join(root, 'infra', 'licences.mjs'))}`,
  ]);
  expect(readFileSync(join(app, 'THIRD_PARTY_LICENSES'), 'utf8')).toContain('onnxruntime-node');
  expect(readdirSync(join(app, 'node_modules'))).not.toContain('unitscope');
  expect(readdirSync(join(app, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6'))).toEqual(['linux']);

  const unitscope = join(app, 'unitscope');
  mkdirSync(unitscope);
  const pack = step(/npm pack [^\\\n]+/).replace('/pack', folder);
  const unpack = step(/tar --extract [^\\\n]+/)
    .replace('/pack', folder)
    .replace('/unitscope --file', `${unitscope} --file`);
  run('sh', ['-c', `${pack} && ${unpack}`]);

  const said = run(process.execPath, [
    join(unitscope, 'bin', 'unitscope.js'),
    ...['doctor', '--json', '--store', join(folder, 'store')],
  ]);
  const parts = (JSON.parse(said) as { part: string; state: string }[]).filter(({ state }) => state === 'ok');
  expect(parts.map(({ part }) => part)).toEqual(expect.arrayContaining(['kernel', 'onnxruntime', 'store']));
});

function step(pattern: RegExp): string {
  const [found] = pattern.exec(dockerfile) ?? [];
  if (found === undefined) throw new Error(`${path}: expected a step like ${String(pattern)}`);
  return found;
}
