import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTrainingLog } from '../src/training-log.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-log-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function logFile(text: string): Promise<string> {
  const path = join(folder, 'log');
  await writeFile(path, text);
  return path;
}

const checkpoints = [
  { label: 'step-0', meta: { step: 0 } },
  { label: 'step-1', meta: { step: 1, loss: 9 } },
  { label: 'step-5', meta: { step: 5 } },
];

describe('withTrainingLog', () => {
  it('gives each checkpoint the columns of its row, and the spec’s own metadata win', async () => {
    const path = await logFile('\ufeffstep, loss,note,best\n0,2.5,start,false\n1,1.5,,true\n');
    expect(await withTrainingLog(checkpoints, path, 'step')).toEqual([
      { label: 'step-0', meta: { step: 0, loss: 2.5, note: 'start', best: false } },
      { label: 'step-1', meta: { step: 1, loss: 9, note: null, best: true } },
      { label: 'step-5', meta: { step: 5, loss: null, note: null, best: null } },
    ]);
  });

  it('reads JSON, goes by label, and takes the last of several rows', async () => {
    const path = await logFile('[{"checkpoint":"step-0","loss":3},{"checkpoint":"step-0","loss":2}]');
    const [first] = await withTrainingLog(checkpoints, path, 'checkpoint');
    expect(first).toEqual({ label: 'step-0', meta: { step: 0, loss: 2 } });
  });

  it.each([
    ['epoch,loss\n1,2\n', 'expected the column "step", found epoch, loss'],
    ['', 'expected the column "step", found none'],
    [
      'step,loss\n77,2\n',
      'no row fits a checkpoint: "step" of the checkpoints is 0, 1, 5 …, in the log 77 …',
    ],
    ['step,loss\n1,2,3,4\n', 'expected CSV with a header line or a JSON array of objects'],
    ['[1, 2]', 'expected an array of objects'],
    ['[{]', 'expected CSV with a header line or a JSON array of objects'],
  ])('refuses %j and says: %s', async (text, message) => {
    const path = await logFile(text);
    const attempt = withTrainingLog(checkpoints, path, 'step');
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ code: 'TRAINING_LOG_INVALID' });
  });
});
