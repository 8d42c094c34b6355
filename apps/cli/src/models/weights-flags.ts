import type { WeightsOptions } from '@unitscope/models';
import type { Command } from 'commander';

/** The options of a command that takes weights from a file of their own. */
export interface WeightsFlags {
  readonly weights?: string;
  readonly inside?: string;
  readonly prefix?: string;
  readonly exportedFrom?: string;
}

/** Adds the options to a command. */
export function withWeightsFlags(command: Command): Command {
  return command
    .option(
      '--weights <file>',
      'weights of the graph: .safetensors, .pt, .pth, .pth.tar, .bin, .ckpt, .index.json or .npz',
    )
    .option('--inside <place>', 'where in that file they are, e.g. ema; found where one place fits')
    .option('--prefix <text>', 'what their names begin with, e.g. module.; found where one fits')
    .option(
      '--exported-from <file>',
      'the weights that the graph was exported from: compared with it to the bit',
    );
}

/** What was asked for; undefined: the weights of the network itself. */
export function weightsOf({
  weights,
  inside,
  prefix,
  exportedFrom,
}: WeightsFlags): WeightsOptions | undefined {
  if (weights === undefined) return undefined;
  return {
    path: weights,
    ...(inside !== undefined && { inside }),
    ...(prefix !== undefined && { prefix }),
    ...(exportedFrom !== undefined && { exportedFrom }),
  };
}
