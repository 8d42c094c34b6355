import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTrainingLog } from '../../src/resolve/logs/training-log.js';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'logs');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-log-'));
  await cp(FIXTURES, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function put(text: string | Uint8Array, name = 'log'): Promise<string> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
  return name;
}

const steps = (...values: number[]) => values.map((step) => ({ label: `step-${step}`, meta: { step } }));

async function columns(path: string, on = 'step', checkpoints = steps(10, 20, 30)): Promise<unknown[]> {
  const logged = await withTrainingLog(checkpoints, { path, on }, folder);
  return logged.checkpoints.map(({ meta }) => meta);
}

describe('withTrainingLog', () => {
  it('gives each checkpoint the columns of its row, and the spec’s own metadata win', async () => {
    const path = await put('\ufeffstep, loss,note,best\n0,2.5,start,false\n1,1.5,,True\n');
    const checkpoints = [
      { label: 'step-0', meta: { step: 0 } },
      { label: 'step-1', meta: { step: 1, loss: 9 } },
      { label: 'step-5', meta: { step: 5 } },
    ];
    expect((await withTrainingLog(checkpoints, { path, on: 'step' }, folder)).checkpoints).toEqual([
      { label: 'step-0', meta: { step: 0, loss: 2.5, note: 'start', best: false } },
      { label: 'step-1', meta: { step: 1, loss: 9, note: null, best: true } },
      { label: 'step-5', meta: { step: 5, loss: null, note: null, best: null } },
    ]);
  });

  it('reads JSON, goes by label, and takes the last of several values', async () => {
    const path = await put('[{"checkpoint":"step-0","loss":3},{"checkpoint":"step-0","loss":2}]');
    const [first] = (await withTrainingLog(steps(0), { path, on: 'checkpoint' }, folder)).checkpoints;
    expect(first).toEqual({ label: 'step-0', meta: { step: 0, loss: 2 } });
  });

  it('merges the rows of one key: the last value of each column that is not empty (Lightning)', async () => {
    const epochs = [0, 1].map((epoch) => ({ label: `epoch=${epoch}`, meta: { epoch } }));
    expect(await columns('lightning_logs/version_0', 'epoch', epochs as never)).toEqual([
      { epoch: 0, step: 49, train_loss: 0.9, val_loss: 0.8 },
      { epoch: 1, step: 99, train_loss: 0.7, val_loss: 0.6 },
    ]);
  });

  it('keeps NaN and infinities as numbers, and whole numbers that no float64 holds as they are', async () => {
    for (const text of [
      'step,loss,id,hash\n10,nan,9007199254740993,12e4567\n20,-inf,9007199254740994,0x10\n30,Infinity,1,1_0\n',
      '{"step":10,"loss":NaN,"id":9007199254740993,"hash":"12e4567"}\n{"step":20,"loss":-Infinity,"id":9007199254740994,"hash":"0x10"}\n{"step":30,"loss":Infinity,"id":1,"hash":"1_0"}',
      '[{"step":10,"loss":"NaN","id":9007199254740993,"hash":"12e4567"},{"step":20,"loss":"-Infinity","id":9007199254740994,"hash":"0x10"},{"step":30,"loss":Infinity,"id":1,"hash":"1_0"}]',
    ]) {
      expect(await columns(await put(text))).toEqual([
        { step: 10, loss: NaN, id: '9007199254740993', hash: '12e4567' },
        { step: 20, loss: -Infinity, id: 9007199254740994, hash: '0x10' },
        { step: 30, loss: Infinity, id: 1, hash: '1_0' },
      ]);
    }
  });

  const losses = [0.5, 0.4, 0.3].map((loss, index) => ({ step: 10 * (index + 1), loss }));

  it.each([
    ['tabs', 'step\tloss\n10\t0.5\n20\t0.4\n30\t0.3\n'],
    ['semicolons', 'step;loss\n10;0.5\n20;0.4\n30;0.3\n'],
    ['semicolons and decimal commas', 'step;loss\n10;0,5\n20;0,4\n30;0,3\n'],
    [
      'UTF-16 with a byte order mark',
      Buffer.from('\ufeffstep,loss\r\n10,0.5\r\n20,0.4\r\n30,0.3\r\n', 'utf16le'),
    ],
    ['UTF-16 without', Buffer.from('step,loss\n10,0.5\n20,0.4\n30,0.3\n', 'utf16le')],
    ['UTF-16, big endian', Buffer.from('\ufeffstep,loss\n10,0.5\n20,0.4\n30,0.3\n', 'utf16le').swap16()],
    ['lines of JSON', '{"step":10,"loss":0.5}\n{"step":20,"loss":0.4}\n\n{"step":30,"loss":0.3}\n'],
    ['the numbering of pandas', ',step,loss\n0,10.0,0.5\n1,20.0,0.4\n2,30.0,0.3\n'],
    ['a header that is repeated', 'step,loss\n10,0.5\nstep,loss\n20,0.4\n30,0.3\n'],
  ])('reads %s', async (_, text) => {
    expect(await columns(await put(text))).toEqual(losses);
  });

  it('takes what Keras writes for a missing number as none, and leaves the word in a column of texts', async () => {
    const path = await put('step,loss,zone\n10,0.5,NA\n20,NA,EU\n30,0.3,NA\n');
    expect(await columns(path)).toEqual([
      { step: 10, loss: 0.5, zone: 'NA' },
      { step: 20, loss: null, zone: 'EU' },
      { step: 30, loss: 0.3, zone: 'NA' },
    ]);
  });

  it('makes columns with dots of nested objects', async () => {
    const path = await put(
      '[{"step":10,"loss":{"a":1,"b":{"c":true}},"list":[1,2]},{"step":20,"loss":{"a":2}}]',
    );
    expect(await columns(path)).toEqual([
      { step: 10, 'loss.a': 1, 'loss.b.c': true, list: '[1,2]' },
      { step: 20, 'loss.a': 2, 'loss.b.c': null, list: null },
      { step: 30, 'loss.a': null, 'loss.b.c': null, list: null },
    ]);
  });

  it('reads the state of a Hugging Face trainer, a row for training and one for evaluation', async () => {
    const history = [
      { step: 10, loss: 0.5 },
      { step: 10, eval_loss: 0.55 },
      { step: 20, loss: 0.4 },
    ];
    await put(
      JSON.stringify({ best_metric: null, log_history: history }),
      'checkpoint-20/trainer_state.json',
    );
    expect(await columns('checkpoint-20', 'step', steps(10, 20))).toEqual([
      { step: 10, loss: 0.5, eval_loss: 0.55 },
      { step: 20, loss: 0.4, eval_loss: null },
    ]);
  });

  it.each([
    ['step,loss\n10,0.5\n20,0.4\n30', 'its last row is cut off and left out'],
    ['step,note\n10,"a"\n20,"b"\n30,"c', 'its last row is cut off and left out'],
    [
      '{"step":10,"loss":0.5}\n{"step":20,"loss":0.4}\n{"step":30,"lo',
      'its last line is cut off and left out',
    ],
  ])('leaves out a last row that a kill has cut: %j', async (text, notice) => {
    const path = await put(text);
    const { checkpoints, notices } = await withTrainingLog(steps(10, 20, 30), { path, on: 'step' }, folder);
    expect(Object.values(checkpoints[2]!.meta)).toEqual([30, null]);
    expect(notices).toContain(`log: ${join(folder, path)}: ${notice}`);
    expect(notices).toContain('log: no row for 1 of 3 checkpoints (step-30)');
  });

  it('says which checkpoints have no row, which columns no value, and what rows are empty', async () => {
    const path = await put('[null,{"step":20,"loss":0.4},{"step":30,"val":1}]');
    const { notices } = await withTrainingLog(steps(10, 20, 30), { path, on: 'step' }, folder);
    expect(notices).toEqual([
      `log: ${join(folder, path)}: 1 row is null`,
      'log: no row for 1 of 3 checkpoints (step-10)',
      'log: column "loss" has no value for 1 of 3 checkpoints (step-30)',
      'log: column "val" has no value for 1 of 3 checkpoints (step-20)',
    ]);
  });

  it('joins one log a run by what the checkpoints’ pattern says of its path', async () => {
    for (const run of ['a', 'b'])
      await put(`step,loss\n1,${run === 'a' ? 1 : 2}\n`, `runs/${run}/metrics.csv`);
    await put('step,loss\n1,3\n', 'runs/c/metrics.csv');
    const checkpoints = ['a', 'b'].map((run) => ({ label: run, meta: { run, step: 1 } }));
    const spec = { path: 'runs/*/metrics.csv', on: 'step' };
    for (const patterns of [
      ['runs/(?<run>[^/]+)/step-(?<step>\\d+)'],
      ['runs\\/(?<run>.+)\\/ckpt/(?<step>\\d+)$'],
    ]) {
      const logged = await withTrainingLog(checkpoints, spec, folder, patterns);
      expect(logged.checkpoints.map(({ meta }) => meta['loss' as never])).toEqual([1, 2]);
      expect(logged.notices).toEqual([
        `log: ${join('runs', 'c', 'metrics.csv')}: no checkpoint belongs to it`,
      ]);
    }
    const own = { ...spec, pattern: 'runs/(?<run>\\w+)/metrics' };
    expect((await withTrainingLog(checkpoints, own, folder)).checkpoints[1]?.meta).toMatchObject({ loss: 2 });
    await expect(withTrainingLog(checkpoints, spec, folder)).rejects.toThrow(
      'step 1 of checkpoint "a" stands in runs/a/metrics.csv and in runs/b/metrics.csv, and nothing says which is its own; give log.pattern',
    );
  });

  it('goes by several columns where one log holds several runs', async () => {
    const path = await put('seed,step,loss\n1,10,0.5\n2,10,0.6\n');
    const checkpoints = [1, 2].map((seed) => ({ label: `${seed}`, meta: { seed, step: 10 } }));
    const { checkpoints: logged } = await withTrainingLog(
      checkpoints,
      { path, on: ['seed', 'step'] },
      folder,
    );
    expect(logged.map(({ meta }) => meta['loss' as never])).toEqual([0.5, 0.6]);
  });

  it('names TensorBoard’s event files, by name or content, and the command that exports them', async () => {
    const bytes = Buffer.concat([Buffer.from([24, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 9]), Buffer.alloc(27)]);
    await put(bytes, 'tb/events.out.tfevents.1732800000.host');
    for (const path of ['tb', await put(bytes, 'renamed.log')])
      await expect(columns(path)).rejects.toThrow(
        'found TensorBoard events, which are not read; export them: python -c',
      );
  });

  it.each([
    ['epoch,loss\n1,2\n', 'expected the column "step", found epoch, loss'],
    ['steps,loss\n1,2\n', '(log.on: did you mean "steps"?)'],
    ['', 'expected the column "step", found none'],
    [
      'step,loss\n77,2\n',
      'no row fits a checkpoint: "step" of the checkpoints is 10, 20, 30 …, in the log 77 …',
    ],
    ['step,loss\n1,2,3,4\n', 'row 1: expected 2 fields, found 4'],
    ['step,loss,loss\n1,2,3\n', 'two columns are called "loss"'],
    ['[1, 2]', 'expected an array of objects'],
    ['[{]', 'expected CSV with a header line, a JSON array of objects'],
    ['{"step":10}\n{"step"\n{"step":30}\n', 'line 2: expected a JSON object'],
    [Buffer.from([0x73, 0xff, 0x41, 0xff, 0x41, 0x41, 0x41, 0x41]), 'expected text in UTF-8 or UTF-16'],
  ])('refuses %j and says: %s', async (text, message) => {
    const attempt = columns(await put(text));
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ code: 'TRAINING_LOG_INVALID' });
  });

  it('refuses a log that is not there, a folder without one, and a key that no checkpoint has', async () => {
    await expect(columns('nowhere.csv')).rejects.toThrow('the training log cannot be read');
    await expect(columns('nowhere/*.csv')).rejects.toThrow('log: nowhere/*.csv matches nothing');
    await put('x', 'empty/x');
    await expect(columns('empty')).rejects.toThrow('expected a log in this folder (metrics.csv');
    await expect(columns(await put('epoch,loss\n1,2\n'), 'epoch')).rejects.toThrow(
      'log.on: no checkpoint has the metadata "epoch", found step; give the checkpoints a pattern such as "epoch-(?<epoch>\\d+)", or meta',
    );
  });
});
