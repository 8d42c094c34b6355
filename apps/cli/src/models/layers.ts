import type {
  ImageSize,
  Layer,
  NonSquare,
  OpenOptions,
  UnseenConvolution,
  WeightsOptions,
} from '@unitscope/models';
import { TAP_KINDS, type TapKind } from '@unitscope/plan';
import { Command, Option } from 'commander';
import { counted, shownText } from '@unitscope/base';
import { imageSize } from '../terminal/option-values.js';
import { checkJson, checkTable } from './layer-checks.js';
import { weightsOf, withWeightsFlags, type WeightsFlags } from './weights-flags.js';
import { ALL_ROWS, firstRows, MOST_ROWS } from '../results/first-rows.js';
import { print, printJson } from '../terminal/output.js';

interface Options extends WeightsFlags {
  readonly all?: true;
  readonly json?: true;
  readonly check?: true;
  readonly backend: 'auto' | 'tfjs-node' | 'wasm' | 'onnxruntime';
  readonly tap: TapKind;
  readonly inputSize?: ImageSize;
  readonly nonSquare: NonSquare;
}

export function layersCommand(): Command {
  const command = new Command('layers')
    .argument('<model>', 'an .onnx file, or the model.json of TensorFlow.js')
    .addOption(
      new Option('--backend <name>', 'what runs it')
        .choices(['auto', 'tfjs-node', 'wasm', 'onnxruntime'])
        .default('auto'),
    )
    .addOption(
      new Option('--tap <kind>', 'where a layer is looked at').choices(TAP_KINDS).default('after-activation'),
    )
    .option(
      '--input-size <size>',
      'N or HEIGHTxWIDTH, for a network that leaves them open (inputSize of the spec)',
      imageSize,
    )
    .addOption(
      new Option('--non-square <what>', 'layers whose maps are not square (nonSquare of the spec)')
        .choices(['refuse', 'crop'])
        .default('refuse'),
    )
    .option(
      '--check',
      'make the maps of each layer again by another route, on three random images; exit 1 where they differ',
    )
    .option(...ALL_ROWS)
    .option('--json', 'one JSON document on stdout');
  return withWeightsFlags(command)
    .addHelpText(
      'after',
      '\nExamples:\n  unitscope layers resnet.onnx\n  unitscope layers resnet.onnx --tap block-output\n  unitscope layers resnet.onnx --check\n  unitscope layers graph.onnx --weights step-1.pt\n  unitscope layers checkpoints/step-8/model.json --json',
    )
    .action(listLayers);
}

async function listLayers(path: string, options: Options): Promise<void> {
  const { json, backend, tap: kindOfTap, inputSize, nonSquare } = options;
  const { checkLayers, croppable, openModel, refuseOtherChannels } = await import('@unitscope/models');
  const weights = weightsOf(options);
  const opening = {
    backend,
    tap: kindOfTap,
    ...(inputSize && { inputSize }),
    ...(weights && { weights }),
  };
  const model = await openModel(path, opening);
  try {
    refuseOtherChannels(path, model.input.channels);
    const layers = model.layers
      .map((layer) => croppable(layer, nonSquare))
      .map((layer) => ({ ...layer, note: layer.note ?? null, reason: layer.reason ?? null }));
    const checks = options.check === true ? await checkLayers(path, opening) : null;
    if (checks?.some(({ verdict }) => verdict === 'differs') === true) process.exitCode = 1;
    if (json === true) {
      const checkOf = new Map(checks?.map((check) => [check.layer.index, checkJson(check)]));
      const listed = layers.map((layer) => ({
        ...layer,
        ...(checks !== null && { check: checkOf.get(layer.index) ?? null }),
      }));
      const { format, backend: ran, alone = null, unseen } = model;
      printJson({ format, backend: ran, alone, layers: listed, unseen });
      return;
    }
    print(listing(layers, model.unseen, options.all));
    if (weights !== undefined) print(await boundLine(path, opening, weights));
    if (model.alone !== undefined) print(`one image a forward pass: ${shownText(model.alone)}\n`);
    if (checks !== null) print(`\n${checkTable(checks, options.all)}`);
  } finally {
    await model.dispose();
  }
}

/** Opening has bound all that leads to the layers, or was refused. */
async function boundLine(path: string, opening: OpenOptions, weights: WeightsOptions): Promise<string> {
  const { bindWeights } = await import('@unitscope/models');
  const { binding } = await bindWeights(path, weights, opening);
  return `${counted(binding.bound.length, 'weight')} of ${shownText(weights.path)} bound, all that leads to these layers\n`;
}

/** The size of a layer's maps, with the part that is measured where that is not all. */
function mapsOf({
  height,
  width,
  reason,
}: Pick<Layer, 'height' | 'width'> & { reason: string | null }): string {
  const size = Math.min(height, width);
  const cropped = height !== width && reason === null;
  return `${height}×${width}${cropped ? `, the centred ${size}×${size}` : ''}`;
}

/** A layer as it is listed; null where there is nothing to say. */
type Listed = Omit<Layer, 'note' | 'reason'> & {
  readonly note: string | null;
  readonly reason: string | null;
};

function listing(
  layers: readonly Listed[],
  unseen: readonly UnseenConvolution[],
  all: true | undefined,
): string {
  const rows = layers.map((layer) => [
    layer.index,
    layer.name,
    layer.kind,
    layer.units,
    mapsOf(layer),
    (layer.norm ?? 'none').replaceAll('Normalization', 'Norm'),
    layer.activation ?? 'none',
    layer.reason === null ? 'yes' : `no: ${layer.reason}`,
  ]);
  const table = firstRows(['#', 'layer', 'kind', 'units', 'maps', 'norm', 'activation', 'measurable'], rows, {
    all,
  });
  return [table, ...noteLines(layers, all), ...unseenLines(unseen, all)].join('');
}

/** Layers of which a reader should know where the search for their tap ended, those of one note together. */
function noteLines(layers: readonly Listed[], all: true | undefined): string[] {
  const noted = layers.filter(({ note }) => note !== null);
  if (noted.length === 0) return [];
  const lines = noted.map(
    ({ index, name, note }) => `  #${index} ${shownText(name)}: ${shownText(note ?? '')}\n`,
  );
  return [
    `\n${noted.length} of ${counted(layers.length, 'tap')} without an activation, which may follow beyond (after a sum: --tap block-output):\n`,
    ...firstLines(lines, all),
  ];
}

function firstLines(lines: readonly string[], all: true | undefined): readonly string[] {
  if (all === true || lines.length <= MOST_ROWS) return lines;
  return [...lines.slice(0, MOST_ROWS), `  and ${lines.length - MOST_ROWS} more; --all: all\n`];
}

function unseenLines(unseen: readonly UnseenConvolution[], all: true | undefined): string[] {
  if (unseen.length === 0) return [];
  const count = unseen.length === 1 ? '1 convolution is' : `${unseen.length} convolutions are`;
  const lines = unseen.map(({ name, reason }) => `  ${shownText(name)}: ${shownText(reason)}\n`);
  return [`\n${count} not seen, and not measured:\n`, ...firstLines(lines, all)];
}
