import { startDashboard, type Dashboard, type UnitCard } from '@unitscope/dashboard';
import { runSweep } from '@unitscope/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, rowsOf } from './answers.ts';
import { sampleStore, type SampleStore } from './sample-store.ts';

let sample: SampleStore;
let dashboard: Dashboard;

beforeAll(async () => {
  sample = await sampleStore();
  await runSweep(await sample.prepare('s'), { store: sample.address, threads: 1 });
  dashboard = await startDashboard({ store: sample.address, temporal: false });
}, 120_000);

afterAll(async () => {
  await dashboard.close();
  await sample.remove();
});

const view = (name: string, query: Record<string, string>): ReturnType<typeof ask> =>
  ask(
    dashboard.port,
    `/api/sweeps/s/${name}?${new URLSearchParams({ layer: 'conv1', ...query }).toString()}`,
  );
const card = async (query: Record<string, string>): Promise<UnitCard> =>
  JSON.parse((await view('unit-card', query)).text) as UnitCard;

describe('a unit that is sensitive in no category', () => {
  test('died after the last checkpoint at which it was in some, whichever category is looked at', async () => {
    for (const category of ['', 'cat']) {
      const { silent } = await card({ unit: '0', checkpoint: 'step-3', category });
      expect(silent).toMatchObject({ last: { checkpoint: 'step-2' }, next: null, looked: 3, checkpoints: 3 });
    }
    expect((await card({ unit: '0', checkpoint: 'step-2' })).silent).toBeNull();
    expect((await card({ unit: '1', checkpoint: 'step-3' })).silent).toBeNull();
  });

  test('was never alive where no checkpoint has it', async () => {
    const { silent } = await card({ unit: '0', checkpoint: 'step-3', threshold: '0' });
    expect(silent).toMatchObject({ last: null, next: null });
  });
});

test('the hole that is shown first is of the image with the earliest birth, one of the examples', async () => {
  for (const threshold of ['50', '0']) {
    const place = { unit: '1', checkpoint: 'step-1', category: 'cat', threshold };
    const examples = rowsOf(await view('unit-examples', place));
    const expected = examples.find(({ role }) => role === (threshold === '0' ? 'highest' : 'earliest'));
    const [first] = rowsOf(await view('unit-map', place));
    expect(first?.['image']).toBe(expected?.['image']);
  }
});

describe('the unit of a layer that is nearest to a number', () => {
  const near = async (query: Record<string, string>): Promise<unknown> =>
    JSON.parse((await view('unit-near', { checkpoint: 'step-1', ...query })).text);

  test('is that of the number, else the last; a layer that is not there has none', async () => {
    expect(await near({ unit: '3' })).toEqual({ unit: 3 });
    expect(await near({ unit: '40' })).toEqual({ unit: 4 });
    expect(await near({ unit: '40', layer: 'none' })).toEqual({ unit: null });
  });

  test('where none is asked for, the card is of the first', async () => {
    expect((await card({ checkpoint: 'step-1' })).unit).toBe(0);
  });
});
