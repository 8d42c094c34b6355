import { spawnSync } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tinyCheckpoints } from './support/checkpoints.js';
import { done, refused, temporaryFolder, unitscope } from './support/command-line.js';

describe('unitscope', () => {
  it('shows what there is without arguments, as bad usage, and with --help', async () => {
    const bare = await unitscope([]);
    expect(bare).toMatchObject({ code: 2, stdout: '' });
    expect(await done(['--help'])).toBe(bare.stderr);
    expect(bare.stderr).toContain(
      'Exit status: 0 done, 1 failed, 2 bad usage or bad input, 130 interrupted.',
    );
    expect(await done(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('helps with every verb it lists, with examples', async () => {
    const verbs = Array.from(
      (await done(['--help'])).matchAll(/^ {2}([a-z]+) .*/gm),
      ([, verb = '']) => verb,
    );
    const listed = verbs.filter((verb) => !['help', 'unitscope'].includes(verb));
    for (const verb of ['init', 'doctor', 'layers', 'plan', 'sweep', 'sweeps', 'entropy', 'verify', 'gc'])
      expect(listed).toContain(verb);
    const helps = await Promise.all(listed.map((verb) => done([verb, '--help'])));
    for (const help of helps) expect(help).toMatch(/\nExamples:\n {2}(source|unitscope) /);
  });

  it('refuses a verb that there is not, with --help behind it too', async () => {
    for (const args of [['train'], ['train', '--help'], ['train', 'x', '-h']]) {
      expect(await unitscope(args)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining("unknown command 'train'") as string,
      });
    }
    expect((await done(['help', 'sweep'])).startsWith('Usage: unitscope sweep')).toBe(true);
  });

  it('init writes a spec that is valid once its paths are, and no second time', async () => {
    const folder = await temporaryFolder();
    expect(await done(['init'], { cwd: folder })).toContain('wrote sweep.yaml');
    expect(await refused(['init'], { cwd: folder })).toBe(
      'unitscope: sweep.yaml exists; --force replaces it\n',
    );
    expect(await refused(['plan', 'sweep.yaml'], { cwd: folder })).toContain(
      'checkpoints/*/model.json matches nothing',
    );
    await tinyCheckpoints(join(folder, 'checkpoints'));
    const text = await readFile(join(folder, 'sweep.yaml'), 'utf8');
    await writeFile(join(folder, 'sweep.yaml'), text.replace('from: folder', 'from: mnist'));
    const plan = await done(['plan', 'sweep.yaml'], { cwd: folder });
    expect(plan).toContain('sweep my-sweep: 3 checkpoints × 4 layers × 10 categories = 120 cells');
    await expect(access(join(folder, '.unitscope'))).rejects.toThrow('ENOENT');
    await done(['init', '--force'], { cwd: folder });
    expect(await readFile(join(folder, 'sweep.yaml'), 'utf8')).toBe(text);
    expect(await refused(['init', 'none/sweep.yaml'], { cwd: folder })).toContain(
      'none/sweep.yaml cannot be',
    );
    await mkdir(join(folder, 'folder'));
    expect(await refused(['init', 'folder'], { cwd: folder })).toContain('found a folder');
  });

  it('layers lists what can be measured, for people and as JSON', async () => {
    const folder = await temporaryFolder();
    await tinyCheckpoints(folder);
    const args = ['layers', 'step-0000/model.json', '--backend', 'wasm'];
    const rows = (await done(args, { cwd: folder })).split('\n').map((line) => line.split(/\s{2,}/));
    expect(rows[0]).toEqual(['#', 'layer', 'kind', 'units', 'maps', 'norm', 'activation', 'measurable']);
    expect(rows[1]).toEqual(['0', 'conv1', 'conv', '16', '14×14', 'none', 'relu', 'yes']);
    const json: unknown = JSON.parse(await done([...args, '--json'], { cwd: folder }));
    expect(json).toMatchObject({ format: 'tfjs-layers', layers: [{ name: 'conv1', units: 16 }, {}, {}, {}] });
    expect(await refused(['layers', 'step-0009'], { cwd: folder })).toContain(
      'step-0009: no such checkpoint',
    );
  });

  it('doctor looks at the parts, and fails where one that is needed does', async () => {
    const folder = await temporaryFolder();
    const findings = JSON.parse(await done(['doctor', '--json'], { cwd: folder })) as { part: string }[];
    expect(findings.map(({ part }) => part)).toEqual(expect.arrayContaining(['Node', 'kernel', 'store']));
    await writeFile(join(folder, 'file'), '');
    const run = await unitscope(['doctor', '--store', 'file'], { cwd: folder });
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toMatch(/fails +store .*expected a folder/);
    expect(run.stdout).toContain('store: choose another folder with --store');
  });

  it('ends quietly when its reader leaves', async () => {
    const run = await unitscope(['--help'], { through: ['sh', '-c', '"$@" | head -n 1', 'sh'] });
    expect(run).toEqual({ code: 0, stdout: 'Usage: unitscope [options] [command]\n', stderr: '' });
  });

  it.runIf(spawnSync('bash', ['--version']).status === 0)('completes verbs and options in bash', async () => {
    const script = await done(['completion', 'bash']);
    const complete = (...words: string[]): string[] => {
      const program = `${script}
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _unitscope; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', program, 'bash', ...words], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n');
    };
    expect(complete('unitscope', 'sw')).toEqual(['sweep', 'sweeps']);
    expect(complete('unitscope', 'entropy', '--th')).toEqual(['--threshold']);
    expect(complete('unitscope', 'entropy', join(import.meta.dirname, 'verbs.t'))).toEqual([
      import.meta.filename,
    ]);
  });
});
