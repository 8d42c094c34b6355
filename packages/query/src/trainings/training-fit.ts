import { numberOf } from '../checkpoints/checkpoint-order.js';
import type { ResultCheckpoint } from '../results/result-tables.js';

/** How well a checkpoint fits its training set is read from the first of these columns that it has. */
const ACCURACIES = ['train_accuracy', 'train_acc', 'accuracy', 'acc'];
const LOSSES = ['train_loss', 'loss'];
const LEAST_ACCURACY = 0.9;
const MOST_LOSS = 0.3;

/** Which checkpoints fit their training set, by an absolute condition. */
export interface Fit {
  /** It in words: the columns that it reads and their bounds. */
  readonly condition: string;
  holds(checkpoint: ResultCheckpoint): boolean;
}

/** The condition that the metadata of these checkpoints allow; null where they have no measure of fit. */
export function fitOf(checkpoints: readonly ResultCheckpoint[]): Fit | null {
  const rules = [...ACCURACIES, ...LOSSES].flatMap((name) => {
    const values = checkpoints.flatMap((checkpoint) => numberOf(checkpoint, name) ?? []);
    if (values.length === 0) return [];
    const isLoss = LOSSES.includes(name);
    // An accuracy above 1 is in per cent, and so are all of its column.
    const scale = values.some((value) => value > 1) ? 100 : 1;
    const bound = isLoss ? MOST_LOSS : LEAST_ACCURACY * scale;
    return [{ name, words: `${name} of at ${isLoss ? 'most' : 'least'} ${bound}`, isLoss, bound }];
  });
  if (rules.length === 0) return null;
  const isTaken = rules.some(({ name }) => !name.startsWith('train'));
  return {
    condition:
      rules.map(({ words }) => words).join(', without it ') +
      (isTaken ? ', taken as of the training set' : ''),
    holds: (checkpoint) => {
      for (const { name, isLoss, bound } of rules) {
        const value = numberOf(checkpoint, name);
        if (value !== null) return isLoss ? value <= bound : value >= bound;
      }
      return false;
    },
  };
}
