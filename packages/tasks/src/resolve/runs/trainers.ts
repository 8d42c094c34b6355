import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { torchScalars } from '@unitscope/models';
import type { TrainerName } from '@unitscope/plan';
import { loggedNumber } from '../logs/log-number.js';
import type { LogRow } from '../logs/log-rows.js';
import { merged } from './run-logs.js';
import { flat, settingsIn } from './settings-file.js';
import type { Trainer } from './trainer.js';

const TORCH = String.raw`(?:\.pt|\.pth|\.pth\.tar|\.safetensors|\.ckpt)$`;

/** `version_3/checkpoints/epoch=1-step=4.ckpt` beside `hparams.yaml`, `metrics.csv`. */
const lightning: Trainer = {
  file: /\.ckpt$/,
  copies: /^(?:last|.*-last)(?:-v\d+)?\.ckpt$/,
  run: (path) => {
    const folder = dirname(path);
    return Promise.resolve(basename(folder) === 'checkpoints' ? dirname(folder) : folder);
  },
  place: (path) => assignments(basename(path).replace(/\.ckpt$/, '')),
  settings: async ({ run }) => await settingsIn(join(run, 'hparams.yaml')),
  // A row is written before the step is counted.
  logged: async ({ run, said }, logs) => {
    const rows = await logs.rows(join(run, 'metrics.csv'));
    if (typeof said['step'] !== 'number') return {};
    return withoutPlace(merged(rows, ({ step }) => step === Number(said['step']) - 1));
  },
};

/** `checkpoint-500/model.safetensors` beside `trainer_state.json`. */
const huggingface: Trainer = {
  file: /^(?:model\.safetensors|pytorch_model\.bin)(?:\.index\.json)?$/,
  run: (path) => {
    const folder = dirname(path);
    return Promise.resolve(/^checkpoint-\d+$/.test(basename(folder)) ? dirname(folder) : null);
  },
  place: (path) => ({ step: Number(/^checkpoint-(\d+)$/.exec(basename(dirname(path)))?.[1]) }),
  settings: async ({ path }) => {
    const args = await torchScalars(join(dirname(path), 'training_args.bin'));
    const {
      learning_rate: lr,
      seed,
      data_seed,
      weight_decay,
      warmup_steps,
      num_train_epochs,
      ...more
    } = args;
    const {
      per_device_train_batch_size,
      gradient_accumulation_steps,
      max_grad_norm,
      label_smoothing_factor,
    } = more;
    return flat({
      ...{ lr, seed, data_seed, weight_decay, warmup_steps, num_train_epochs, per_device_train_batch_size },
      ...{ gradient_accumulation_steps, max_grad_norm, label_smoothing_factor },
    });
  },
  logged: async ({ path, said }, logs) => {
    const rows = await logs.rows(join(dirname(path), 'trainer_state.json'));
    return merged(rows, ({ step }) => step === said['step']);
  },
};

/** `checkpoint-7.pth.tar` beside `summary.csv` and `args.yaml`. */
const timm: Trainer = {
  file: /^(?:checkpoint-\d+|model_best|last)(?:\.pth\.tar|\.pth|\.pt|\.safetensors)$/,
  copies: /^(?:model_best|last)\./,
  run: (path) => Promise.resolve(dirname(path)),
  place: (path) => numbered(path, /^checkpoint-(\d+)\./, 'epoch'),
  settings: async ({ run }) => await settingsIn(join(run, 'args.yaml')),
  logged: async ({ run, said }, logs) => {
    const rows = await logs.rows(join(run, 'summary.csv'));
    return merged(rows, ({ epoch }) => epoch === said['epoch']);
  },
};

/** What Ray notes of each report beside the user's metrics. */
const OF_RAY =
  /^(?:config\.|timestamp$|checkpoint_dir_name$|should_checkpoint$|done$|trial_id$|date$|time_|pid$|hostname$|node_ip$|iterations_since_restore$|timesteps_total$|episodes_total$)/;

/** `checkpoint_000001/…` beside `result.json` and `params.json`. */
const ray: Trainer = {
  file: new RegExp(TORCH),
  run: (path) => {
    for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder))
      if (/^checkpoint_/.test(basename(folder))) return Promise.resolve(dirname(folder));
    return Promise.resolve(null);
  },
  settings: async ({ run }) => await settingsIn(join(run, 'params.json')),
  logged: async ({ run, path }, logs) => {
    const folder = path.slice(run.length + 1).split(/[\\/]/, 1)[0];
    const rows = await logs.rows(join(run, 'result.json'));
    const { training_iteration: iteration, ...row } = merged(
      rows,
      (one) => one['checkpoint_dir_name'] === folder,
    );
    const metrics = Object.entries(row).filter(([name]) => !OF_RAY.test(name));
    return { ...(iteration !== undefined && { iteration }), ...Object.fromEntries(metrics) };
  },
};

const LOGS = ['metrics.csv', 'log.csv', 'progress.csv', 'csv/version_0/metrics.csv', 'metrics.jsonl'];

/** Any files of weights below a folder with `.hydra/config.yaml`. */
const hydra: Trainer = {
  file: new RegExp(TORCH),
  copies: /^(?:last|best|model_best|latest)\b/,
  run: async (path) => {
    for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder))
      if ((await stat(join(folder, '.hydra/config.yaml')).catch(() => null)) !== null) return folder;
    return null;
  },
  place: (path) => ({
    ...numbered(path, /(?:^|[^a-z])epoch[-_=]?(\d+)/i, 'epoch'),
    ...numbered(path, /(?:^|[^a-z])(?:global_)?step[-_=]?(\d+)/i, 'step'),
  }),
  settings: async ({ run }) => await settingsIn(join(run, '.hydra/config.yaml')),
  logged: async ({ run, said }, logs) => {
    for (const name of LOGS) {
      const rows = await logs.rows(join(run, name));
      // Lightning's callbacks write into Hydra's folder too.
      if (name.startsWith('csv/') && typeof said['step'] === 'number')
        return withoutPlace(merged(rows, ({ step }) => step === Number(said['step']) - 1));
      const key = ['step', 'epoch'].find(
        (one) => said[one] !== undefined && rows.some((row) => row[one] !== undefined),
      );
      if (key !== undefined) return merged(rows, (row) => row[key] === said[key]);
    }
    return {};
  },
};

/** The names that Keras's ModelCheckpoint has in its docs: `epoch-05`, `weights.05-0.32`, `cp-0005`. */
const KERAS_EPOCHS = [
  /(?:^|[^a-z])epoch[-_=.]?(\d+)/i,
  /(?:^|[-_.])(\d+)-\d+\.\d+\.onnx$/,
  /^(?:cp|ckpt|checkpoint|weights|model)[-_.](\d+)\.onnx$/i,
];

/** `weights.05-0.32.onnx`, converted from `weights.05-0.32.keras`, beside the file of a CSVLogger. */
const keras: Trainer = {
  file: /\.onnx$/i,
  copies: /^(?:last|best|final)\b/i,
  run: (path) => {
    const folder = dirname(path);
    return Promise.resolve(/^(?:checkpoints?|ckpts?)$/i.test(basename(folder)) ? dirname(folder) : folder);
  },
  place: (path) => {
    const name = basename(path);
    const digits = KERAS_EPOCHS.map((pattern) => pattern.exec(name)?.[1]).find((one) => one !== undefined);
    return digits === undefined ? {} : { epoch: Number(digits) };
  },
  settings: () => Promise.resolve({}),
  // Its names count epochs from 1, its log from 0.
  logged: async ({ run, said }, logs) => {
    const found: LogRow[][] = [];
    for (const name of (await readdir(run)).filter((one) => /\.(?:csv|log)$/i.test(one)).sort()) {
      const rows = await logs.rows(join(run, name));
      if (rows.some(({ epoch }) => epoch !== undefined)) found.push([...rows]);
    }
    if (found.length > 1)
      throw new Error(`${found.length} logs have epochs; say which is meant by \`log\` in place of \`from\``);
    if (typeof said['epoch'] !== 'number') return {};
    return withoutPlace(merged(found[0] ?? [], ({ epoch }) => epoch === Number(said['epoch']) - 1));
  },
};

export const TRAINERS: Readonly<Record<TrainerName, Trainer>> = {
  lightning,
  huggingface,
  timm,
  ray,
  hydra,
  keras,
};

/** `epoch=1-val_loss=0.32` → { epoch: 1, val_loss: 0.32 } */
function assignments(name: string): LogRow {
  const found = name.matchAll(/([A-Za-z_][\w./]*)=(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?=-|$)/g);
  return Object.fromEntries(
    [...found].flatMap(([, key = '', value = '']) => {
      const number = loggedNumber(value);
      return number === undefined ? [] : [[key, number]];
    }),
  );
}

/** Steps and epochs are counted from 0 in logs of Lightning and Keras, and from 1 in names of checkpoints. */
function withoutPlace(row: LogRow): LogRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'step' && name !== 'epoch'));
}

function numbered(path: string, pattern: RegExp, name: string): LogRow {
  const [, digits] = pattern.exec(basename(path)) ?? [];
  return digits === undefined ? {} : { [name]: Number(digits) };
}
