import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reluNoise, writeActivations } from './support/activation-files.js';
import { tinyCheckpoints } from './support/checkpoints.js';
import { done, refused, temporaryFolder } from './support/command-line.js';

let checkpoints = '';

beforeAll(async () => {
  checkpoints = await mkdtemp(join(tmpdir(), 'unitscope-e2e-'));
  await tinyCheckpoints(checkpoints);
});

afterAll(() => rm(checkpoints, { recursive: true, force: true }));

/** A spec as JSON, which is YAML; `models` changes its source. */
function spec(models: object = {}, rest: object = {}): string {
  const source = {
    models: {
      checkpoints: [join(checkpoints, 'step-*/model.json')],
      images: { from: 'mnist', perCategory: 2, categories: ['0'] },
      backend: 'wasm',
      ...models,
    },
  };
  return JSON.stringify({ name: 'refused', source, ...rest }, null, 1);
}

async function messageOf(text: string | Uint8Array): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'sweep.yaml'), text);
  return refused(['sweep', 'sweep.yaml'], { cwd: folder });
}

describe('unitscope sweep refuses', () => {
  it('a spec that is none: missing, a folder, empty, not YAML, binary', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'folder'));
    expect(await refused(['sweep', 'nothing.yaml'], { cwd: folder })).toContain('nothing.yaml: no such file');
    expect(await refused(['sweep', 'folder'], { cwd: folder })).toContain('folder: expected a sweep spec');
    expect(await messageOf('')).toContain('sweep.yaml: expected a sweep spec');
    expect(await messageOf('name: [')).toContain('sweep.yaml:1:8: not YAML');
    expect(await messageOf('&a [*a]')).toContain('found a value that holds itself');
    expect(await messageOf(Uint8Array.of(0, 255, 1, 27, 7))).toContain('sweep.yaml');
  });

  it('unknown keys, with line and the near one', async () => {
    expect(
      await messageOf('name: x\nsource: { activations: ["*.arrow"] }\nstatistics: { treshold: 3 }\n'),
    ).toBe('unitscope: sweep.yaml:3: statistics.treshold: unknown key; did you mean "threshold"?\n');
    expect(await messageOf(spec({ imags: {} }))).toMatch(
      /sweep\.yaml:\d+: source\.models\.imags: .*"images"/,
    );
  });

  it('values of another type or range, and says what it found', async () => {
    expect(await messageOf(spec({}, { density: 'high' }))).toMatch(/density: expected number, found "high"/);
    expect(await messageOf(spec({}, { name: '../x' }))).toMatch(/name: expected letters, .*found "\.\.\/x"/);
  });

  it('a checkpoint glob that matches nothing, a missing checkpoint, an unreadable one', async () => {
    expect(await messageOf(spec({ checkpoints: ['runs/*.onnx'] }))).toContain(
      'checkpoints: runs/*.onnx matches nothing',
    );
    expect(await messageOf(spec({ checkpoints: ['gone.onnx'] }))).toContain('gone.onnx: no such file');
    expect(await messageOf(spec({ checkpoints: [import.meta.filename] }))).toContain(
      "expected an .onnx file or a tfjs model.json, found 'refused-specs.test.ts'",
    );
    const path = join(checkpoints, 'step-*/model.json');
    expect(await messageOf(spec({ checkpoints: [{ path, pattern: '((' }] }))).toContain(
      'pattern: expected a regular expression such as "step-(?<step>\\d+)", found "(("',
    );
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'text.onnx'), 'no model');
    expect(await messageOf(spec({ checkpoints: [join(folder, 'text.onnx')] }))).toMatch(
      /text\.onnx: expected an ONNX model/,
    );
    await cp(join(checkpoints, 'step-0000'), join(folder, 'cut'), { recursive: true });
    await writeFile(join(folder, 'cut', 'weights.bin'), 'short');
    expect(await messageOf(spec({ checkpoints: [join(folder, 'cut')] }))).toMatch(
      /model\.json: its weight files should hold \d+ bytes and hold 5/,
    );
  });

  it('a layer that does not exist, a category that has no image, and suggests', async () => {
    expect(await messageOf(spec({ layers: ['conv22'] }))).toMatch(/conv22.*did you mean.*conv2/);
    expect(await messageOf(spec({ layers: ['!conv*'] }))).toContain('leaves no layer that can be measured');
    const images = { from: 'mnist', perCategory: 2, categories: ['10'] };
    expect(await messageOf(spec({ images: { ...images, categories: ['0', '0'] } }))).toContain(
      'the category "0" is named twice',
    );
    expect(await messageOf(spec({ images }))).toMatch(/no category "10"; (did you mean|there are)/);
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'empty'));
    expect(await messageOf(spec({ images: { from: 'folder', path: folder } }))).toMatch(/empty/);
    expect(await messageOf(spec({ images: { from: 'mnist', perCategory: 100_000 } }))).toMatch(/100000/);
  });

  it('a training log that does not fit', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'log.csv'), 'epoch,loss\n1,0.5\n');
    const step = [{ path: join(checkpoints, 'step-*/model.json'), pattern: 'step-(?<step>\\d+)' }];
    const logged = (name: string): Record<string, unknown> => ({
      checkpoints: step,
      log: { path: join(folder, name), on: 'step' },
    });
    expect(await messageOf(spec(logged('log.csv')))).toContain(
      'log.csv: expected the column "step", found epoch, loss',
    );
    expect(await messageOf(spec(logged('none.csv')))).toContain('none.csv: the training log cannot be read');
    expect(
      await messageOf(spec({ ...logged('log.csv'), checkpoints: [join(checkpoints, 'step-0000')] })),
    ).toContain('log.on: no checkpoint has the metadata "step"');
  });

  it('activation files: no match, a bad one among good ones', async () => {
    const folder = await temporaryFolder();
    const activations = [join(folder, '*.arrow')];
    const text = JSON.stringify({ name: 'refused', source: { activations } });
    expect(await messageOf(text)).toContain('*.arrow matches nothing');
    await writeActivations(join(folder, 'a.arrow'), reluNoise(1));
    await writeFile(join(folder, 'b.arrow'), 'text');
    expect(await messageOf(text)).toContain('b.arrow: expected an Arrow IPC file, found text');
  });

  it('a store that is a file, below a file, or of another kind', async () => {
    for (const store of ['sweep.yaml', 'sweep.yaml/below', 'ftp://host/x'])
      expect(await messageOf(spec({}, { store }))).toMatch(/^unitscope: store .*: expected /);
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'a store that it may not write',
    async () => {
      const folder = await temporaryFolder();
      await writeActivations(join(folder, 'a.arrow'), reluNoise(1));
      await writeFile(join(folder, 'sweep.yaml'), '{ name: x, source: { activations: [a.arrow] } }');
      await chmod(folder, 0o755);
      const through = ['setpriv', '--reuid=65534', '--clear-groups'];
      expect(await refused(['sweep', 'sweep.yaml'], { cwd: folder, through })).toContain('no permission');
    },
  );

  it('the name of a sweep with another content, unless told to replace it', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'a.arrow'), reluNoise(1));
    const one = '{ name: x, source: { activations: [a.arrow] } }';
    const other = '{ name: x, source: { activations: [a.arrow] }, density: 0.5 }';
    await writeFile(join(folder, 'one.yaml'), one);
    await writeFile(join(folder, 'other.yaml'), other);
    await done(['sweep', 'one.yaml'], { cwd: folder });
    expect(await refused(['sweep', 'other.yaml'], { cwd: folder })).toMatch(
      /already has a sweep "x" with another content, launched by .*--replace/,
    );
    await done(['sweep', 'other.yaml', '--replace'], { cwd: folder });
    expect(await refused(['sweep', 'one.yaml'], { cwd: folder })).toContain('another content');
  });

  it('usage that is wrong: verbs, options, their values', async () => {
    const folder = await temporaryFolder();
    const message = (...args: string[]): Promise<string> => refused(args, { cwd: folder });
    expect(await message('swep', 'sweep.yaml')).toContain('Did you mean sweep');
    expect(await message('sweep')).toContain("missing required argument 'spec'");
    expect(await message('sweep', 'x', '--threads', '0')).toContain(
      'Expected a whole number from 1, found "0"',
    );
    expect(await message('entropy', 'x', '--density', '1.5')).toContain('above 0, at most 1, found "1.5"');
    expect(await message('entropy', 'x', '--thresold', '5')).toContain('Did you mean --threshold');
    expect(await message('layers', 'x', '--backend', 'gpu')).toContain('Allowed choices are auto, tfjs-node');
  });
});
