import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxBytes } from '../../packages/models/test/onnx-builder.ts';
import { done, unitscope, type Run } from '../e2e/support/command-line.js';

// Every verb, every chart and every format, over a sweep all of whose names were chosen by somebody who means harm.

/** Controls a terminal, turns a line around, begins another, ends a tag, a cell and a quote, is markup and a formula. */
const BAIT =
  'x\u001b]0;PWNED\u0007\u001b[31m\u009b31m\u202e\nINJECTED <img src=x onerror=alert(1)>"\'&|`]]>=1+1';
const LAYER = `conv${BAIT}`;
const LABELS = [`=HYPERLINK("http://x","y")${BAIT}`, `@${BAIT}`, `+${BAIT}`] as const;
const CATEGORIES = ['=cat\u001b[31m\nINJECTED', '-dog\u202e'] as const;
const COLUMN = `m${BAIT}`;

/** What a terminal would obey. */
const OBEYED = /[^\P{Cc}\n]|[\p{Bidi_Control}\u2028\u2029]/u;
const MARKUP = /<img\b|<script\b/i;

const folder = mkdtempSync(join(tmpdir(), 'unitscope-hostile-'));
const run = (args: readonly string[]): Promise<Run> =>
  unitscope(args, { cwd: folder, env: { TEMPORAL_ADDRESS: '127.0.0.1:1', COLUMNS: '100' } });

beforeAll(async () => {
  for (const [i] of LABELS.entries()) {
    const values = Array.from({ length: 108 }, (_, at) => Math.sin(at * at + i));
    const second = Array.from({ length: 144 }, (_, at) => Math.cos(at * at + i));
    const weights = { w: { dims: [4, 3, 3, 3], values }, w2: { dims: [4, 4, 3, 3], values: second } };
    const nodes = [
      { op: 'Conv', name: LAYER, inputs: ['image', 'w'], output: 'c', ints: { pads: [1, 1, 1, 1] } },
      { op: 'Relu', name: 'relu', inputs: ['c'], output: 'r' },
      { op: 'Conv', name: `=${LAYER}`, inputs: ['r', 'w2'], output: 'd', ints: { pads: [1, 1, 1, 1] } },
      { op: 'Relu', name: 'relu2', inputs: ['d'], output: 'y' },
    ];
    writeFileSync(
      join(folder, `net${i}.onnx`),
      onnxBytes({ input: ['b', 3, 12, 12], nodes, weights, output: 'y' }),
    );
  }
  const header = JSON.stringify({
    w: { dtype: 'F32', shape: [4, 3, 3, 3], data_offsets: [0, 432] },
    [BAIT]: { dtype: 'F32', shape: [1], data_offsets: [432, 436] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  const weights = Buffer.concat([length, Buffer.from(header), Buffer.alloc(436, 1)]);
  writeFileSync(join(folder, 'w.safetensors'), weights);
  for (const [c, category] of CATEGORIES.entries()) {
    mkdirSync(join(folder, 'images', category), { recursive: true });
    for (let i = 0; i < 3; i++) {
      const pixels = Buffer.from(Array.from({ length: 144 }, (_, at) => (at * at * (7 + c) + 31 * i) % 256));
      const png = await sharp(pixels, { raw: { width: 12, height: 12, channels: 1 } })
        .png()
        .toBuffer();
      writeFileSync(join(folder, 'images', category, `=${i}\u001b[31m\nINJECTED.png`), png);
    }
  }
  const checkpoints = LABELS.map((label, i) => ({
    path: `net${i}.onnx`,
    label,
    meta: { step: i, loss: 1 / (i + 1), [COLUMN]: i === 0 ? '=1+1' : `@SUM(1)${BAIT}` },
  }));
  const images = { from: 'folder', path: 'images', perCategory: 3 };
  const source = { models: { checkpoints, images } };
  const spec = { name: 'evil', store: 'store', births: true, activations: 'keep', source };
  writeFileSync(join(folder, 'evil.json'), JSON.stringify(spec));
  expect(await run(['sweep', 'evil.json'])).toMatchObject({ code: 0, stderr: expect.any(String) as string });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs commands, two at a time. */
async function runAll(ways: readonly (readonly string[])[]): Promise<(Run & { args: readonly string[] })[]> {
  const runs: (Run & { args: readonly string[] })[] = [];
  const waiting = [...ways];
  const lane = async (): Promise<void> => {
    for (let args = waiting.shift(); args !== undefined; args = waiting.shift())
      runs.push({ args, ...(await run(args)) });
  };
  await Promise.all([lane(), lane()]);
  return runs;
}

/** All kinds of a thing, as the program itself lists them. */
async function listed(args: readonly string[], pattern: RegExp): Promise<string[]> {
  return Array.from((await done(args)).matchAll(pattern), ([, name = '']) => name);
}

const verbs = await listed(['--help'], /^ {2}([a-z]+) .*/gm).then((found) =>
  found.filter((verb) => !['help', 'unitscope'].includes(verb)),
);
const choices = async (verb: string, option: RegExp): Promise<string[]> => {
  const help = (await done([verb, '--help'])).replaceAll(/\s+/g, ' ');
  const [, list = ''] = option.exec(help) ?? [];
  return Array.from(list.matchAll(/"([a-z]+)"/g), ([, name = '']) => name);
};
const charts = await choices('plot', /kind what to draw \(choices: ([^)]*)\)/);
const formats = await choices('export', /--format <format> [^(]*\(choices: ([^)]*)\)/);

const store = ['--store', 'store'];
const all = 'SELECT * FROM units JOIN checkpoints USING (checkpoint)';
/** How each verb is used on the sweep; those that need a server are used wrongly, or without one. */
const uses: Record<string, (readonly string[])[]> = {
  init: [['init', `no folder ${BAIT}/x.yaml`]],
  doctor: [['doctor', ...store]],
  bind: [
    ['bind', 'net0.onnx', '--weights', 'w.safetensors'],
    ['bind', 'net0.onnx', '--weights', 'w.safetensors', '--json'],
    ['bind', 'net0.onnx', '--weights', 'w.safetensors', '--inside', BAIT],
    ['bind', 'net0.onnx', '--weights', `none${BAIT}.pt`],
  ],
  layers: [
    ['layers', 'net0.onnx'],
    ['layers', 'net0.onnx', '--json'],
    ['layers', `none${BAIT}`],
  ],
  plan: [
    ['plan', 'evil.json'],
    ['plan', 'evil.json', '--json'],
  ],
  sweep: [
    ['sweep', 'evil.json'],
    ['sweep', `none${BAIT}`],
  ],
  sweeps: [
    ['sweeps', ...store],
    ['sweeps', ...store, '--json'],
  ],
  watch: [
    ['watch', 'evil', ...store],
    ['watch', BAIT, ...store],
  ],
  pause: [['pause', BAIT]],
  resume: [['resume', BAIT]],
  cancel: [['cancel', BAIT]],
  retry: [
    ['retry', 'evil', ...store],
    ['retry', BAIT, ...store],
  ],
  worker: [['worker', '--threads', BAIT]],
  dev: [['dev', '--threads', BAIT]],
  entropy: [
    ['entropy', 'ACTIVATIONS'],
    ['entropy', 'ACTIVATIONS', '--json'],
    ['entropy', `none${BAIT}`],
  ],
  query: [
    ['query', 'evil', all, ...store],
    ['query', 'evil', all, ...store, '--json'],
    ...['csv', 'json', 'parquet', 'arrow'].map((kind) => [
      'query',
      'evil',
      all,
      ...store,
      '--out',
      `q.${kind}`,
    ]),
    ['query', 'evil', `SELECT "${BAIT.replaceAll('"', '""')}" FROM units`, ...store],
    ['query', 'evil', `SELECT 1 AS x FROM "${BAIT.replaceAll('"', '""')}"`, ...store],
    ['query', BAIT, 'SELECT 1 AS x', ...store],
  ],
  maps: [
    ['maps', 'evil', ...store, '--checkpoint', LABELS[0], '--layer', LAYER, '--out', 'maps.arrow'],
    ['maps', 'evil', ...store, '--checkpoint', BAIT, '--layer', LAYER],
    ['maps', 'evil', ...store, '--layer', BAIT],
    ['maps', BAIT, ...store, '--json'],
  ],
  compare: [
    ['compare', 'evil', LABELS[0], LABELS[1], ...store],
    ['compare', 'evil', LABELS[0], LABELS[1], ...store, '--json'],
    ['compare', 'evil', BAIT, LABELS[1], ...store],
  ],
  rank: [
    ['rank', 'evil', ...store],
    ['rank', 'evil', ...store, '--json'],
    ['rank', 'evil', '--layer', BAIT, ...store],
  ],
  trend: [
    ['trend', 'evil', ...store],
    ['trend', 'evil', ...store, '--json'],
  ],
  plot: charts.flatMap((kind) => [
    ['plot', 'evil', kind, ...store, '--text'],
    ['plot', 'evil', kind, ...store, '--out', `${kind}.svg`],
    ['plot', 'evil', kind, ...store, '--out', `${kind}.png`],
    ['plot', 'evil', kind, ...store, '--layer', BAIT],
  ]),
  export: formats.map((format) => [
    'export',
    'evil',
    ...store,
    '--format',
    format,
    '--out',
    `export-${format}`,
  ]),
  report: [['report', 'evil', ...store, '--out', 'report.html']],
  ablate: [
    ['ablate', 'evil', ...store, '--layer', LAYER, '--out', 'ablation'],
    ['ablate', 'evil', ...store, '--layer', BAIT],
  ],
  dashboard: [['dashboard', '--port', BAIT]],
  reproduce: [['reproduce', '--model', BAIT, '--out', 'reproduction']],
  verify: [
    ['verify', ...store],
    ['verify', ...store, '--json'],
  ],
  remove: [['remove', BAIT, ...store]],
  gc: [
    ['gc', ...store],
    ['gc', ...store, '--json'],
  ],
  completion: [
    ['completion', BAIT],
    ['completion', 'bash'],
  ],
};

it('every verb, chart and format that the program lists is used here', () => {
  expect(Object.keys(uses).sort()).toEqual([...verbs].sort());
  expect(charts.length).toBeGreaterThan(5);
  expect(formats).toEqual(expect.arrayContaining(['csv', 'parquet']));
});

describe('names that others chose', () => {
  it.each(verbs)('%s sends nothing of them that a terminal obeys, and gives them no line', async (verb) => {
    const [wrongly] = [[verb, BAIT, BAIT, BAIT, BAIT, BAIT, `--${BAIT}`]];
    const ways = [...(uses[verb] ?? []), wrongly].map((words) =>
      words.map((word) => (word === 'ACTIVATIONS' ? activations() : word)),
    );
    for (const { args, code, stdout, stderr } of await runAll(ways)) {
      // A picture in a pipe is for a program; the next test reads it.
      const lines = `${stdout.startsWith('<svg') ? '' : stdout}\n${stderr}`;
      expect.soft(lines, args.join(' ')).not.toMatch(OBEYED);
      expect.soft(lines, args.join(' ')).not.toMatch(/^\s?INJECTED/m);
      expect.soft(stderr).not.toMatch(/^\s+at .*:\d+/m);
      expect.soft(code, stderr).not.toBeNull();
    }
  });

  it('svg, png and html that were written are well-formed and hold no markup of theirs', async () => {
    for (const kind of charts) {
      const svg = readFileSync(join(folder, `${kind}.svg`), 'utf8');
      expect(svg).not.toMatch(MARKUP);
      // librsvg refuses what is not well-formed.
      expect((await sharp(Buffer.from(svg)).metadata()).format).toBe('svg');
      expect((await sharp(join(folder, `${kind}.png`)).metadata()).format).toBe('png');
    }
    const report = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(report).not.toMatch(MARKUP);
    expect(report.replaceAll('\n', '')).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/);
  });

  it('no cell of CSV is a formula, whoever writes it', async () => {
    const csv = await done(['query', 'evil', all, ...store, '--csv'], { cwd: folder });
    const files = [
      'q.csv',
      ...readdirSync(join(folder, 'export-csv')).map((name) => join('export-csv', name)),
    ];
    const texts = [csv, ...files.map((name) => readFileSync(join(folder, name), 'utf8'))];
    expect(texts.length).toBeGreaterThan(4);
    expect(texts.filter((text) => text.includes("'=")).length).toBeGreaterThan(3);
    for (const text of texts) {
      expect(text.replaceAll('""', '')).not.toMatch(/(?:^|[,\n])"?[=+@]/);
    }
  });

  it('a damaged object is named in verify without a line of its own', async () => {
    const [file = ''] = readdirSync(join(folder, 'store'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => /results.units.*\.arrow$/.test(name),
    );
    const bytes = readFileSync(join(folder, 'store', file));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(join(folder, 'store', file), bytes);
    const { code, stdout } = await run(['verify', ...store]);
    expect(code).toBe(1);
    expect(stdout).not.toMatch(OBEYED);
    expect(stdout).toMatch(/1 damaged\n/);
  });
  it('a manifest that cannot be read is named in one line, a folder that is no sweep not at all', async () => {
    for (const name of ['second', 'x\u001b[31m\u202e\nINJECTED']) {
      mkdirSync(join(folder, 'store', 'sweeps', name), { recursive: true });
      writeFileSync(join(folder, 'store', 'sweeps', name, 'manifest.json'), JSON.stringify({ [BAIT]: BAIT }));
    }
    for (const { args, stdout, stderr } of await runAll([
      ['sweeps', ...store],
      ['verify', ...store],
      ['gc', ...store],
    ])) {
      expect.soft(stdout, args.join(' ')).toContain('second');
      expect.soft(`${stdout}\n${stderr}`, args.join(' ')).not.toMatch(OBEYED);
      expect.soft(`${stdout}\n${stderr}`, args.join(' ')).not.toMatch(/^\s?INJECTED/m);
    }
  });
});

function activations(): string {
  const names = readdirSync(join(folder, 'store'), { recursive: true, encoding: 'utf8' });
  const found = names.find((name) => /^activations.*\.arrow$/.test(name));
  return join('store', found ?? 'none');
}
