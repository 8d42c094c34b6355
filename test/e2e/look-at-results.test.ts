import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reluNoise, writeActivations } from './support/activation-files.js';
import { done, refused, temporaryFolder } from './support/command-line.js';

const HOSTILE = '<img src=x onerror=alert(1)>';
const CHECKPOINTS = ['step-1', 'step-2', 'step-3'];

/** A sweep of 3 checkpoints × 2 layers × 2 categories; one layer has a hostile name. */
async function sweep(folder: string, checkpoints: readonly string[]): Promise<string> {
  await mkdir(join(folder, 'maps'));
  let seed = 0;
  for (const checkpoint of checkpoints)
    for (const [layerIndex, layer] of ['conv1', HOSTILE].entries())
      for (const category of ['cat', 'dog'])
        await writeActivations(
          join(folder, 'maps', `${checkpoint}-${layerIndex}-${category}.arrow`),
          reluNoise(++seed, { units: 5, images: 20 }),
          { checkpoint, layer, layerIndex, category },
        );
  await writeFile(
    join(folder, 'sweep.yaml'),
    'name: s\nsource: { activations: ["maps/*.arrow"] }\nstatistics: { bootstrap: 50 }\n',
  );
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
  return folder;
}

/** Without the bytes of maps, which stand in the document itself. */
function withoutPictures(document: string): string {
  return document.replaceAll(/ href="data:image\/png;base64,[^"]*"/g, '');
}

interface Answer {
  columns: string[];
  rows: unknown[][];
}

/** What `plan --json` says of the trainings. */
interface Planned {
  readonly axis: string | null;
  readonly trainings: readonly unknown[];
  readonly unplaced: readonly string[];
  readonly problem: string | null;
}

let cwd = '';
beforeAll(async () => {
  cwd = await sweep(await mkdtemp(join(tmpdir(), 'unitscope-look-')), CHECKPOINTS);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('looking at results', () => {
  it('lists tables and columns, says what it wrote, has a default format, and knows what is the same', async () => {
    expect(await done(['query', 's', 'SHOW TABLES'], { cwd })).toMatch(/^table +rows\nunits +60\n/);
    expect(await done(['query', 's', 'DESCRIBE units'], { cwd })).toMatch(/\nentropy +float64\n/);
    expect(await done(['plot', 's', 'depth', '--out', 'depth.svg'], { cwd })).toMatch(
      /^written: depth\.svg, [\d.]+ kB\n$/,
    );
    expect(await done(['report', 's'], { cwd })).toMatch(/^written: s\.html, /);
    expect(await done(['export', 's'], { cwd })).toContain(join('s-parquet', 'units.parquet'));
    expect(await done(['compare', 's', 'step-1', 'step-1'], { cwd })).toBe(
      'A = step-1, B = step-1\nA and B are the same checkpoint: nothing differs.\n',
    );
  });

  it('prints no more than 60 rows unless all are asked for, and the agreement of rankings on request', async () => {
    const many = 'SELECT unit FROM units UNION ALL SELECT unit FROM units';
    const lines = (text: string): number => text.trimEnd().split('\n').length;
    expect(lines(await done(['query', 's', many], { cwd }))).toBe(61);
    expect(lines(await done(['query', 's', many, '--all'], { cwd }))).toBe(121);
    const ranked = await done(['rank', 's'], { cwd });
    expect(ranked).not.toContain('Agreement');
    expect(await done(['rank', 's', '--agreement'], { cwd })).toMatch(
      /^checkpoint .*\n[^]*\nAgreement of the rankings\n/,
    );
    const compared = ['compare', 's', 'step-1', 'step-3', '--categories', '--units', '100'];
    expect(lines(await done([...compared, '--all'], { cwd }))).toBeGreaterThanOrEqual(
      lines(await done(compared, { cwd })),
    );
  });

  it('stays within 80 columns, and uses 200', async () => {
    for (const args of [
      ['compare', 's', 'step-1', 'step-3'],
      ['trend', 's'],
      ['rank', 's', '--limit', '2'],
      ['query', 's', 'SELECT * FROM units LIMIT 2'],
      ['plot', 's', 'depth', '--text'],
      ['sweeps'],
    ]) {
      const [narrow, wide] = [80, 200].map(async (columns) => {
        const text = await done(args, { cwd, env: { COLUMNS: String(columns) } });
        const lines = text.split('\n');
        expect(lines.filter((line) => line.length > columns)).toEqual([]);
        return lines.length;
      });
      expect(await wide).toBeLessThanOrEqual((await narrow) ?? 0);
    }
  });

  it('answers SQL as a table, CSV, JSON, Parquet and Arrow, and with another threshold', async () => {
    const sql = 'SELECT layer, count(*) AS n, sum(births) AS b FROM units GROUP BY layer ORDER BY layer';
    const answer = JSON.parse(await done(['query', 's', sql, '--json'], { cwd })) as Answer;
    expect(answer.columns).toEqual(['layer', 'n', 'b']);
    expect(answer.rows.map(([layer, n]) => [layer, n])).toEqual([
      [HOSTILE, 30],
      ['conv1', 30],
    ]);
    expect(await done(['query', 's', sql, '--csv'], { cwd })).toMatch(/^layer,n,b\n/);
    expect(await done(['query', 's', sql], { cwd })).toContain(HOSTILE);
    await done(['query', 's', sql, '--out', 'x.parquet'], { cwd });
    await done(['query', 's', sql, '--out', 'x.arrow'], { cwd });
    const low = JSON.parse(await done(['query', 's', sql, '--threshold', '5', '--json'], { cwd })) as Answer;
    expect(Number(low.rows[0]?.[2])).toBeLessThan(Number(answer.rows[0]?.[2]));
  });

  it('refuses what reaches beyond the results, and suggests near names', async () => {
    const maps = join(cwd, 'maps', 'step-1-0-cat.arrow');
    for (const [args, message] of [
      [['query', 's', `SELECT * FROM read_ipc('${maps}')`], 'no table read_ipc'],
      [['query', 's', `SELECT * FROM "${maps}"`], 'no table'],
      [['query', 's', 'SELECT * FROM unit'], 'did you mean units?'],
      [['query', 's', 'SELECT entropi FROM units'], 'entropi'],
      [['query', 'ss', 'SELECT 1'], 'did you mean s?'],
      [['query', 's', 'SELECT 1', '--out', 'x.xlsx'], '.parquet'],
      [['compare', 's', 'step-1', 'stepp-2'], 'did you mean step-2?'],
      [['rank', 's', '--layer', 'conv2'], 'did you mean conv1?'],
      [['trend', 's', '--against', 'loss'], 'no metadata column'],
      [['plot', 's', 'heatmap', '--layer', 'conv2'], 'did you mean conv1?'],
      [['plot', 's', 'unit', '--unit', '9'], 'its units are 0 to 4'],
      [['plot', 's', 'pie'], 'Allowed choices'],
      [['export', 's', '--format', 'xml'], 'Allowed choices'],
      [['report', 'ss'], 'did you mean s?'],
    ] as const) {
      expect(await refused([...args], { cwd })).toContain(message);
    }
  });

  it('compares, ranks and follows checkpoints', async () => {
    const compared = JSON.parse(await done(['compare', 's', 'step-1', 'step-3', '--json'], { cwd })) as {
      layers: { layer: string; category: string | null; q: number }[];
      units: unknown[];
    };
    expect(compared.layers).toHaveLength(6);
    expect(compared.units).toHaveLength(20);
    expect(await done(['compare', 's', 'step-1', 'step-3'], { cwd })).toMatch(
      /Not told apart \(q ≥ 0.05, or 0 in the interval\): .*conv1.*\n\nUnits that moved most/s,
    );
    const ranked = JSON.parse(await done(['rank', 's', '--by', 'apoz', '--json'], { cwd })) as {
      units: { ranks: { apoz: number } }[];
    };
    expect(ranked.units.map(({ ranks }) => ranks.apoz)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    const trend = await done(['trend', 's'], { cwd });
    expect(trend).toMatch(/^3 checkpoints by step/);
    expect(trend).toContain('none is over trainings');
    expect(trend).toContain('no metadata says how well a checkpoint fits its training set');
  });

  it('says of networks that nothing orders what each has, and no first, last, died or best', async () => {
    const cwd = await sweep(await temporaryFolder(), ['vgg', 'alexnet', 'resnet']);
    const trend = await done(['trend', 's'], { cwd });
    expect(trend).toMatch(/^3 checkpoints, each by itself\n\ncheckpoint +layer +H +H \/ noise +ε\n/);
    expect(trend).toContain('nothing says at which step or epoch the checkpoints are');
    expect(trend).not.toMatch(/settled|died|best|first/i);
    expect(await refused(['plot', 's', 'trend'], { cwd })).toContain('nothing says at which step');
    await done(['report', 's'], { cwd });
    const page = await readFile(join(cwd, 's.html'), 'utf8');
    expect(page).not.toMatch(/settled|died|generalize|From the first/i);
    expect(await done(['compare', 's', 'vgg', 'resnet'], { cwd })).toContain(
      'Nothing says that A and B are of one training',
    );
    expect(await done(['rank', 's'], { cwd })).toMatch(/^checkpoint vgg \(one of 3, which nothing\s+places/);
    const planned = JSON.parse(await done(['plan', 'sweep.yaml', '--json'], { cwd })) as Planned;
    expect(planned).toMatchObject({ trainings: [], unplaced: [] });
    expect(planned.problem).toContain('nothing says at which step or epoch');
  });

  it('says of one checkpoint what it has, and asks nothing that it cannot answer', async () => {
    const cwd = await sweep(await temporaryFolder(), ['step-4']);
    const trend = await done(['trend', 's'], { cwd });
    expect(trend).toMatch(/^One checkpoint, step-4: its layers by depth; nothing changes over one\n/);
    expect(trend).not.toMatch(/settled|died|first|rho/i);
    expect(await refused(['plot', 's', 'trend'], { cwd })).toContain('`unitscope plot s depth`');
    await done(['plot', 's', 'depth'], { cwd });
    await done(['report', 's'], { cwd });
    expect(await readFile(join(cwd, 's.html'), 'utf8')).not.toMatch(
      /settled|died|Over the checkpoints|From the first/i,
    );
    // What is not known of any unit, as the L1 norm of activations made elsewhere, is no column.
    expect(await done(['rank', 's'], { cwd })).not.toContain('L1');
    const planned = JSON.parse(await done(['plan', 'sweep.yaml', '--json'], { cwd })) as Planned;
    expect(planned).toMatchObject({
      axis: 'step',
      trainings: [{ run: null, settings: {}, checkpoints: [{ label: 'step-4', place: 4 }] }],
      unplaced: [],
    });
  });

  it('draws every chart as SVG, PNG and text, hostile names as text', async () => {
    for (const kind of ['trend', 'depth', 'distribution', 'scatter', 'heatmap', 'unit']) {
      const svg = withoutPictures(await done(['plot', 's', kind], { cwd }));
      expect(svg).toMatch(/^<svg /);
      expect(svg).not.toContain('<img');
      expect(svg).not.toMatch(/NaN|undefined/);
      expect((await done(['plot', 's', kind, '--text'], { cwd })).length).toBeGreaterThan(100);
    }
    await done(['plot', 's', 'scatter', '--out', 'x.png'], { cwd });
    expect((await readFile(join(cwd, 'x.png'))).subarray(1, 4).toString()).toBe('PNG');
  });

  it('reports in one page without a request or a script, hostile names as text', async () => {
    await done(['report', 's'], { cwd });
    const page = withoutPictures(await readFile(join(cwd, 's.html'), 'utf8'));
    expect(page).not.toMatch(/<img|<script|onerror=(?!alert\(1\)&gt;)|src="|href=/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    for (const label of CHECKPOINTS) expect(page).toContain(label);
  });

  it('tells of accuracies beside H, in compare and in the report, where checkpoints have them', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'maps'));
    for (const [step, test_accuracy] of [0.25, 0.75].entries())
      await writeActivations(join(folder, 'maps', `${step}.arrow`), reluNoise(step, { images: 20 }), {
        ...{ checkpoint: `step-${step}`, layer: 'conv1', layerIndex: 0, category: 'cat' },
        metadata: { 'unitscope.meta': JSON.stringify({ step, test_accuracy }) },
      });
    const spec = 'name: a\nsource: { activations: ["maps/*.arrow"] }\nstatistics: { bootstrap: 50 }\n';
    await writeFile(join(folder, 'sweep.yaml'), spec);
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(await done(['compare', 'a', 'step-0', 'step-1'], { cwd: folder })).toMatch(
      /Accuracy, loss and units that died\n.*\ntest_accuracy +0\.250 +0\.750 +0\.500\n/,
    );
    await done(['report', 'a'], { cwd: folder });
    const report = await readFile(join(folder, 'a.html'), 'utf8');
    expect(report).toMatch(/Accuracy, loss and units that died.*test_accuracy.*0\.250.*0\.750.*0\.500/s);
    expect(await readFile(join(cwd, 's.html'), 'utf8')).not.toContain('Accuracy, loss');
  });

  it('exports every table', async () => {
    await done(['export', 's', '--format', 'csv'], { cwd });
    const units = await readFile(join(cwd, 's-csv', 'units.csv'), 'utf8');
    expect(units.trimEnd().split('\n')).toHaveLength(61);
    const said = JSON.parse(await done(['export', 's', '--format', 'parquet', '--json'], { cwd })) as {
      written: { table: string; rows: number }[];
    };
    expect(said.written.map(({ table, rows }) => [table, rows])).toEqual([
      ['units', 60],
      ['layers', 18],
      ['checkpoints', 3],
      ['objects', 12],
      ['failures', 0],
    ]);
  });
});
