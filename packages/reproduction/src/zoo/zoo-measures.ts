import type { ZooCheckpoint } from './zoo-checkpoints.js';

/** A measure of a trained network that is asked which network generalizes. */
export interface ZooMeasure {
  readonly name: string;
  readonly label: string;
  /** 1: larger is claimed to generalize worse; −1: better. */
  readonly sign: 1 | -1;
  readonly of: (checkpoint: ZooCheckpoint) => number;
}

const logged = (name: string, label: string, sign: 1 | -1): ZooMeasure => ({
  ...{ name, label, sign },
  of: ({ logged: values }) => values[name] ?? NaN,
});

/** Named before any number, feature entropy first. */
export const ZOO_MEASURES: readonly ZooMeasure[] = [
  {
    name: 'entropy_paper',
    label: 'H of the last layer, by the paper’s text',
    sign: 1,
    of: ({ last }) => last.entropyPaper,
  },
  {
    name: 'entropy',
    label: 'H of the last layer, by the authors’ code',
    sign: 1,
    of: ({ last }) => last.entropy,
  },
  { name: 'relative_entropy', label: 'H / H of noise', sign: 1, of: ({ last }) => last.relative },
  {
    name: 'selective_rate',
    label: 'ε of the last layer (lower: worse)',
    sign: -1,
    of: ({ last }) => last.selectiveRate,
  },
  { name: 'class_selectivity', label: 'class selectivity', sign: 1, of: ({ last }) => last.classSelectivity },
  logged('margin', 'margin, 10th percentile (lower: worse)', -1),
  logged('mixup_error', 'error on halves of two images of one class', 1),
  logged('augmentation_error', 'error on moved images', 1),
  logged('sharpness', 'rise of the loss under disturbed weights', 1),
  logged('log_norm', 'sum of ln ‖W‖²', 1),
  logged('distance', 'distance from the first weights', 1),
  logged('neural_persistence', 'neural persistence (lower: worse)', -1),
  logged('alpha', 'α of the weights’ spectra', 1),
  logged('loss', 'training loss', 1),
  { name: 'step', label: 'steps of training', sign: 1, of: ({ step }) => step },
];
