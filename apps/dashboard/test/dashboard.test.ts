import {
  startDashboard,
  type BoardReply,
  type ChangesAnswer,
  type Dashboard,
  type Outline,
  type SweepCard,
  type TrainingsAnswer,
} from '@unitscope/dashboard';
import { runSweep } from '@unitscope/engine';
import {
  changedUnits,
  checkpointGroup,
  compareCheckpoints,
  resultTrainings,
  runQuery,
  SweepResults,
  sweepTrend,
} from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, rowsOf, type Answer } from './answers.ts';
import { CHECKPOINTS, HOSTILE_LAYER, sampleStore, type SampleStore } from './sample-store.ts';

let sample: SampleStore;
let dashboard: Dashboard;

beforeAll(async () => {
  sample = await sampleStore();
  await runSweep(await sample.prepare('s', 'births: true\n'), { store: sample.address, threads: 1 });
  dashboard = await startDashboard({ store: sample.address, temporal: false, version: '1.2.3' });
}, 120_000);

afterAll(async () => {
  await dashboard.close();
  await sample.remove();
});

const get = (path: string): Promise<Answer> => ask(dashboard.port, path);
const view = (name: string, query: Record<string, string> = {}): Promise<Answer> =>
  get(`/api/sweeps/s/${name}?${new URLSearchParams(query).toString()}`);
const results = async (threshold?: number): Promise<SweepResults> =>
  SweepResults.open(await openStore(sample.address), 's', { threshold });

test('a view shows the H that the address asks for, and the outline says which', async () => {
  for (const definition of ['code', 'paper'] as const) {
    const outline = JSON.parse((await view('outline', { definition })).text) as Outline;
    expect(outline.definition).toBe(definition);
    const own = await SweepResults.open(await openStore(sample.address), 's', { definition });
    const expected = (await sweepTrend(own)).layers
      .find(({ layer }) => layer === 'conv1')
      ?.values.map((value) => value?.entropy ?? null);
    const found = rowsOf(await view('trend', { definition })).filter(({ layer }) => layer === 'conv1');
    expect(found.map(({ entropy }) => entropy)).toEqual(expected);
  }
  const refused = await view('trend', { definition: 'text' });
  expect([refused.status, refused.text]).toEqual([
    400,
    expect.stringContaining('expected code or paper, found'),
  ]);
});

describe('the page', () => {
  test('is served at every address of a view, and asks for nothing from elsewhere', async () => {
    for (const path of ['/', '/sweeps/s', '/sweeps/s/trend?threshold=3', '/nothing']) {
      const { status, headers, text } = await get(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(text).not.toMatch(/(?:src|href)="(?!\/)/);
      expect(text).not.toMatch(/<script(?![^>]*src=)|<style|style=/);
    }
  });

  test('is there, with its own words, at an address that is not valid', async () => {
    const home = await get('/');
    for (const path of ['/sweeps/%', '/sweeps/%E0%A4%A/trend', '/%']) {
      const { status, text } = await get(path);
      expect([status, text]).toEqual([404, home.text]);
    }
    expect((await get('/api/sweeps/%')).status).toBe(400);
  });

  test('has its script and style under names that may be kept, zipped for who takes it', async () => {
    const { text } = await get('/');
    const paths = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(1);
    for (const path of paths) {
      const plain = await get(path);
      expect([plain.status, plain.headers['content-encoding']]).toEqual([200, undefined]);
      expect(plain.headers['cache-control']).toContain('immutable');
      const zipped = await ask(dashboard.port, path, { headers: { 'accept-encoding': 'gzip' } });
      expect(zipped.headers['content-encoding']).toBe('gzip');
    }
    expect((await get('/assets/none.js')).status).toBe(404);
  });
});

describe('results', () => {
  test('has the outline of the sweep, labels as they are', async () => {
    const outline = JSON.parse((await view('outline')).text) as Outline;
    expect(outline.layers).toEqual(['conv1', HOSTILE_LAYER]);
    expect(outline.categories).toEqual(['cat', 'dog']);
    expect(outline.checkpoints.map(({ label }) => label)).toEqual(CHECKPOINTS);
    expect(outline).toMatchObject({ threshold: 50, keepsBirths: true, mostRanks: 53 });
  });

  test.each([undefined, 4])('gives the trend that the library gives, threshold %s', async (threshold) => {
    const trend = await sweepTrend(await results(threshold));
    const rows = rowsOf(await view('trend', threshold === undefined ? {} : { threshold: String(threshold) }));
    expect(rows).toHaveLength(6);
    for (const { layer, checkpoint, entropy, low } of rows) {
      const at = trend.checkpoints.findIndex(({ label }) => label === checkpoint);
      const value = trend.layers.find((found) => found.layer === layer)?.values[at];
      expect([entropy, low]).toEqual([value?.entropy, value?.low]);
    }
  });

  test('gives the trend of a part of the axis, and refuses one without a checkpoint', async () => {
    const steps = [...new Set(rowsOf(await view('trend')).map(({ step }) => Number(step)))];
    const [, from = 0, to = 0] = steps;
    expect(steps).toHaveLength(CHECKPOINTS.length);
    const rows = rowsOf(await view('trend', { stepFrom: String(from), stepTo: String(to) }));
    expect([...new Set(rows.map(({ step }) => step))]).toEqual([from, to]);
    expect([...new Set(rows.map(({ checkpoint }) => checkpoint))]).toEqual(CHECKPOINTS.slice(1));
    const refused = await view('trend', { stepFrom: '7' });
    expect([refused.status, refused.text]).toEqual([404, expect.stringContaining('NO_CHECKPOINT')]);
  });

  test('lists the sensitive units whose H and ε lie within bounds', async () => {
    const [checkpoint = ''] = CHECKPOINTS;
    const sql = `SELECT layer, category, unit, entropy, selective_rate FROM units
      WHERE sensitive AND checkpoint = '${checkpoint}' AND layer = 'conv1'`;
    const all = (await runQuery([await results()], sql)).rows();
    const entropies = all.map(([, , , entropy]) => Number(entropy)).sort((a, b) => a - b);
    const [from = 0, to = 0] = [entropies[1], entropies.at(-1)];
    expect(from).toBeLessThan(to);
    const bounds = { entropyFrom: String(from), entropyTo: String(to) };
    const rows = rowsOf(await view('units', { checkpoint, layer: 'conv1', ...bounds }));
    const expected = all.filter(([, , , entropy]) => Number(entropy) >= from && Number(entropy) < to);
    expect(rows.map((row) => Object.values(row))).toEqual(expected);
    expect((await view('units', { checkpoint, rateTo: 'x' })).status).toBe(400);
  });

  test('has the layers of a checkpoint in the order of the graph, with their map sizes', async () => {
    const trend = await sweepTrend(await results());
    const rows = rowsOf(await view('network', { checkpoint: CHECKPOINTS[1] ?? '' }));
    expect(rows).toEqual(
      trend.layers.map(({ layer, mapSize, values }) => ({
        ...{ layer, map_size: mapSize },
        ...{ entropy: values[1]?.entropy ?? null, relative: values[1]?.relative ?? null },
      })),
    );
  });

  test('gives the trend of one category, as its rows have it', async () => {
    const expected = await runQuery(
      [await results()],
      "SELECT checkpoint, entropy_mean FROM layers WHERE layer = 'conv1' AND scope = 'category' AND category = 'dog' ORDER BY checkpoint",
    );
    const rows = rowsOf(await view('trend', { category: 'dog' })).filter(({ layer }) => layer === 'conv1');
    expect(rows.map(({ checkpoint, entropy }) => [checkpoint, entropy])).toEqual(expected.rows());
  });

  test('compares as the library compares', async () => {
    const found = await results();
    const [a, b] = [checkpointGroup(found, 'step-1'), checkpointGroup(found, 'step-3')];
    const comparison = await compareCheckpoints(found, a, b);
    const layers = rowsOf(await view('compare-layers', { a: 'step-1', b: 'step-3' }));
    expect(layers.map(({ difference, low, q, died }) => [difference, low, q, died])).toEqual(
      comparison.layers
        .filter(({ category }) => category === null)
        .map(({ difference, interval, q, died }) => [difference, interval?.low ?? null, q, died]),
    );
    const units = rowsOf(await view('compare-units', { a: 'step-1', b: 'step-3' }));
    expect(units.map(({ unit, difference, q }) => [unit, difference, q])).toEqual(
      comparison.units.map(({ unit, difference, q }) => [unit, difference, q]),
    );
  });

  test('names the units that died, and where they were last alive', async () => {
    const rows = rowsOf(await view('died'));
    expect(rows.map(({ layer, unit, last_alive: last }) => [layer, unit, last])).toEqual([
      ['conv1', 0, 'step-2'],
      [HOSTILE_LAYER, 0, 'step-2'],
    ]);
  });

  test('names the units that died or awoke in a category', async () => {
    const rows = rowsOf(await view('changed'));
    const found = await results();
    const expected = await changedUnits(found, resultTrainings(found).trainings[0]!);
    expect(rows.map(({ layer, category, unit, change }) => [layer, category, unit, change])).toEqual([
      ...expected.died.map(({ layer, category, unit }) => [layer, category, unit, 'died']),
      ...expected.awoke.map(({ layer, category, unit }) => [layer, category, unit, 'awoke']),
    ]);
    expect(rows.filter(({ unit, change }) => unit === 0 && change === 'died')).toHaveLength(4);
  });

  test('gives heatmap, distribution and path of a layer whose name is markup and SQL', async () => {
    const heat = rowsOf(await view('heatmap', { layer: HOSTILE_LAYER }));
    expect(heat.map(({ unit }) => unit)).toEqual([0, 1, 2, 3, 4]);
    expect(Array.from(heat[0]?.['values'] as Iterable<number | null>)[2]).toBeNull();
    const path = rowsOf(await view('unit-path', { layer: HOSTILE_LAYER, unit: '1', category: 'cat' }));
    expect(path.map(({ checkpoint }) => checkpoint)).toEqual(CHECKPOINTS);
    const spread = rowsOf(await view('distribution', { layer: HOSTILE_LAYER, a: 'step-1', b: 'step-1' }));
    expect(spread.map(({ layer, units }) => [layer, units])).toEqual([[HOSTILE_LAYER, 10]]);
    const births = rowsOf(
      await view('unit-births', { layer: HOSTILE_LAYER, unit: '1', checkpoint: 'step-1' }),
    );
    const images = rowsOf(
      await view('unit-images', { layer: HOSTILE_LAYER, unit: '1', checkpoint: 'step-1' }),
    );
    expect(images).toHaveLength(32);
    const born = images.filter(({ index }) => index !== null).length;
    expect(births.reduce((sum, { images: count }) => sum + Number(count), 0)).toBe(born);
  });

  test('answers SQL as rows and as CSV, and refuses what reads elsewhere', async () => {
    const sql = 'SELECT layer, count(*) AS n FROM units GROUP BY layer ORDER BY layer';
    expect(rowsOf(await view('sql', { q: sql })).map(({ n }) => Number(n))).toEqual([30, 30]);
    const csv = await view('sql', { q: sql, format: 'csv' });
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.text.split('\n')[0]).toBe('layer,n');
    for (const q of [
      "SELECT * FROM read_csv('/etc/passwd')",
      'DROP TABLE units',
      'SELECT nonsense FROM units',
    ]) {
      const { status, text } = await view('sql', { q });
      expect(status).toBe(400);
      expect((JSON.parse(text) as { error: { code: string } }).error.code).toMatch(/^SQL_/);
    }
  });

  test('says what is wrong with a request', async () => {
    const cases: [answer: Promise<Answer>, status: number, code: string, says?: string][] = [
      [view('trend', { threshold: 'many' }), 400, 'PARAMETER'],
      [view('unit-births', { layer: 'conv1', unit: '0.5', checkpoint: 'step-1' }), 400, 'PARAMETER'],
      [
        view('unit-births', { layer: 'conv1', unit: 'abc', checkpoint: 'step-1' }),
        400,
        'PARAMETER',
        'a whole number from 0, found "abc"',
      ],
      [view('unit-births', { layer: 'conv1', unit: '99', checkpoint: 'step-1' }), 404, 'NAME_UNKNOWN'],
      [view('compare-layers', { a: 'step-1', b: 'step-9' }), 404, 'NAME_UNKNOWN'],
      [view('heatmap'), 400, 'PARAMETER'],
      [view('nothing'), 404, 'NOT_FOUND'],
      [get('/api/sweeps/none/trend'), 404, 'NAME_UNKNOWN'],
      [get('/api/sweeps/..%2f..%2fetc/trend'), 404, 'NAME_UNKNOWN'],
      [get('/api/%zz'), 400, 'ADDRESS'],
      [ask(dashboard.port, '/api/sweeps', { method: 'PUT' }), 405, 'METHOD'],
    ];
    for (const [asked, status, code, says = ''] of cases) {
      const answer = await asked;
      const { error } = JSON.parse(answer.text) as { error: { code: string; message: string } };
      expect([answer.status, error.code]).toEqual([status, code]);
      expect(error.message).toContain(says);
    }
  });
});

describe('the board', () => {
  test('goes on with a sweep that nobody runs, and an action needs the page’s token', async () => {
    await sample.prepare('later', 'density: 0.7\n');
    const card = async (): Promise<SweepCard | undefined> => {
      const board = JSON.parse((await get('/api/sweeps')).text) as BoardReply;
      return board.sweeps.find(({ name }) => name === 'later');
    };
    expect(await card()).toMatchObject({
      state: 'planned',
      checkpoints: { total: 3, done: 0 },
      actions: ['resume'],
    });
    const { action } = JSON.parse((await get('/api/sweeps')).text) as BoardReply;
    const origin = `http://127.0.0.1:${dashboard.port}`;
    const act = (verb: string, headers: Record<string, string>): Promise<Answer> =>
      ask(dashboard.port, `/api/sweeps/later/${verb}`, { method: 'POST', headers });
    expect((await act('resume', { origin })).status).toBe(403);
    expect(
      (await act('resume', { origin: 'http://elsewhere.example', 'x-unitscope-action': action })).status,
    ).toBe(403);
    expect((await act('cancel', { origin, 'x-unitscope-action': action })).status).toBe(409);
    expect((await act('resume', { origin, 'x-unitscope-action': action })).status).toBe(200);
    await expect.poll(async () => (await card())?.state, { timeout: 60_000, interval: 200 }).toBe('complete');
    expect(await card()).toMatchObject({ checkpoints: { total: 3, done: 3 }, actions: [], failedTasks: 0 });
  });

  test('shows which tasks failed and why, and lets them be tried again', async () => {
    await runSweep(await sample.prepareBroken('broken'), { store: sample.address, threads: 1 });
    const card = JSON.parse((await get('/api/sweeps/broken')).text) as SweepCard;
    expect(card).toMatchObject({ state: 'failed', failedTasks: 1, actions: ['retry'] });
    expect(JSON.parse((await get('/api/sweeps/broken/failures')).text)).toMatchObject([
      { checkpoint: 'step-1', layer: 'conv1', category: 'cat', task: 'measure', code: 'MAP_NOT_FINITE' },
    ]);
  });
});

describe('a page of another site', () => {
  const asAnother = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-dest': 'image',
  };
  const sql = `/api/sweeps/s/sql?q=${encodeURIComponent('SELECT count(*) AS n FROM units')}`;
  const status = async (path: string, headers: Record<string, string>): Promise<number> =>
    (await ask(dashboard.port, path, { headers })).status;

  test('gets no answer from the results, by whatever element it asks', async () => {
    const origin = `http://127.0.0.1:${dashboard.port}`;
    expect(await status(sql, asAnother)).toBe(403);
    expect(await status(sql, { ...asAnother, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await status(sql, { origin: 'https://evil.example' })).toBe(403);
    expect(await status(sql, { origin: 'null' })).toBe(403);
    expect(await status(sql, { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' })).toBe(403);
    const asDocument = { ...asAnother, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(await status(sql, asDocument)).toBe(403);
    expect(await status('/', asAnother)).toBe(403);
    expect(await status('/', { ...asDocument, 'sec-fetch-dest': 'iframe' })).toBe(403);
    expect(await status('/sweeps/s', asDocument)).toBe(200);
    expect(await status(sql, { 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await status(sql, { 'sec-fetch-site': 'none' })).toBe(200);
    expect(await status(sql, { origin })).toBe(200);
    expect(await status(sql, {})).toBe(200);
  });
});

describe('what is there of many', () => {
  test('a heatmap gives a page of units, from the one that is asked for', async () => {
    const rows = rowsOf(await view('heatmap', { layer: 'conv1', from: '3' }));
    expect(rows.map(({ unit }) => unit)).toEqual([3, 4]);
  });

  test('trainings are given side by side with what they come to', async () => {
    const { text } = await view('trainings');
    const answer = JSON.parse(text) as TrainingsAnswer;
    expect(answer.trainings).toBe(1);
    expect(answer.facets.map(({ name }) => name)).toEqual(['conv1', HOSTILE_LAYER]);
    const { layers } = await sweepTrend(await results());
    expect(answer.facets[0]?.groups[0]?.runs[0]?.points.map(({ value }) => value)).toEqual(
      layers[0]?.values.map((value) => value?.entropy),
    );
    const changes = JSON.parse((await view('changes')).text) as ChangesAnswer;
    // Unit 0 is silent at the last checkpoint.
    expect(changes.trainings.map(({ died, looked }) => [died, looked])).toEqual([[2, 3]]);
    // Both follow the layer that is chosen.
    const one = JSON.parse(
      (await view('changes', { layer: HOSTILE_LAYER, category: 'cat' })).text,
    ) as ChangesAnswer;
    expect(one.trainings.map(({ died, dead }) => [died, dead.map(({ layer }) => layer)])).toEqual([
      [1, [HOSTILE_LAYER]],
    ]);
    const its = JSON.parse((await view('trainings', { layer: HOSTILE_LAYER })).text) as TrainingsAnswer;
    expect(its.layers.map(({ layer }) => layer)).toEqual([HOSTILE_LAYER]);
  });
});

describe('SQL that would take the machine', () => {
  const asked = async (port: number, q: string): Promise<Answer> =>
    ask(port, `/api/sweeps/s/sql?q=${encodeURIComponent(q)}`);

  test('a CROSS JOIN beyond what the engine counts is refused with its size, and the process lives on', async () => {
    const births = Array.from({ length: 4 }, (_, i) => `births b${i}`).join(' CROSS JOIN ');
    const { status, text } = await asked(dashboard.port, `SELECT count(*) FROM ${births}`);
    expect([status, text]).toEqual([400, expect.stringContaining('has 849,346,560,000 rows')]);
    expect(text).toContain('births (960 rows)');
    expect((await asked(dashboard.port, 'SELECT 1 AS x')).status).toBe(200);
  });

  test('one that needs more memory than it may take ends its process alone, and says so', async () => {
    const small = await startDashboard({ store: sample.address, temporal: false, memory: 500e6 });
    try {
      const all = 'SELECT * FROM births a CROSS JOIN births b CROSS JOIN units c ORDER BY a.image, b.image';
      const { status, text } = await asked(small.port, all);
      expect([status, text]).toEqual([503, expect.stringContaining('more than 500 MB of memory')]);
      expect((await asked(small.port, 'SELECT 1 AS x')).status).toBe(200);
      expect((await ask(small.port, '/api/sweeps/s/layers')).status).toBe(200);
    } finally {
      await small.close();
    }
  });
});

test.each(['127.0.0.2', 'localhost', '::1'])('answers at the address that it prints: %s', async (host) => {
  const other = await startDashboard({ store: sample.address, host, temporal: false });
  try {
    const url = new URL(other.url);
    const answer = await ask(other.port, '/api/sweeps', {
      host: host === 'localhost' ? '127.0.0.1' : host,
      headers: { host: url.host },
    });
    expect(answer.status).toBe(200);
  } finally {
    await other.close();
  }
});

test('on another address everything wants the token, which a cookie keeps', async () => {
  const other = await startDashboard({
    store: sample.address,
    host: '0.0.0.0',
    token: 'a-long-secret',
    temporal: false,
  });
  try {
    expect(other.url).toContain('?token=a-long-secret');
    expect((await ask(other.port, '/api/sweeps')).status).toBe(401);
    expect((await ask(other.port, '/?token=wrong')).status).toBe(401);
    const welcome = await ask(other.port, '/sweeps/s?threshold=3&token=a-long-secret');
    expect([welcome.status, welcome.headers['location']]).toEqual([303, '/sweeps/s?threshold=3']);
    for (const path of ['//evil.example/?token=a-long-secret', '/\\\\evil.example/?token=a-long-secret']) {
      const { headers } = await ask(other.port, path);
      expect(headers['location']).toBe('/evil.example/');
    }
    const [cookie = ''] = String(welcome.headers['set-cookie']).split(';');
    expect((await ask(other.port, '/api/sweeps', { headers: { cookie } })).status).toBe(200);
  } finally {
    await other.close();
  }
});

test('says why it cannot listen', async () => {
  await expect(
    startDashboard({ store: sample.address, port: dashboard.port, temporal: false }),
  ).rejects.toMatchObject({
    code: 'DASHBOARD_ADDRESS',
    message: expect.stringContaining('choose another --port') as string,
  });
});
