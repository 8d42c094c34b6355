import { TAP_KINDS, type TapKind } from '@unitscope/plan';
import { Command, Option } from 'commander';
import type { ImageSize, Layer, NonSquare } from '@unitscope/models';
import { imageSize } from '../option-values.js';
import { checkJson, checkTable } from '../layer-checks.js';
import { printable, textTable } from '../text-table.js';

interface Options {
  readonly json?: true;
  readonly check?: true;
  readonly backend: 'auto' | 'tfjs-node' | 'wasm' | 'onnxruntime';
  readonly tap: TapKind;
  readonly inputSize?: ImageSize;
  readonly nonSquare: NonSquare;
}

export function layersCommand(): Command {
  return new Command('layers')
    .description('List the layers of a checkpoint, their map sizes, and which can be measured.')
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
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  unitscope layers resnet.onnx\n  unitscope layers resnet.onnx --tap block-output\n  unitscope layers resnet.onnx --check\n  unitscope layers checkpoints/step-8/model.json --json',
    )
    .action(async (path: string, options: Options) => {
      const { json, backend, tap: kindOfTap, inputSize, nonSquare } = options;
      const { checkLayers, croppable, openModel, refuseOtherChannels } = await import('@unitscope/models');
      const opening = { backend, tap: kindOfTap, ...(inputSize && { inputSize }) };
      const model = await openModel(path, opening);
      try {
        refuseOtherChannels(path, model.input.channels);
        const layers = model.layers
          .map((layer) => croppable(layer, nonSquare))
          .map(({ index, name, kind, units, height, width, tap, measurable, reason }) => {
            return { index, name, kind, units, height, width, tap, measurable, reason: reason ?? null };
          });
        const checks = options.check === true ? await checkLayers(path, opening) : null;
        if (checks?.some(({ verdict }) => verdict === 'differs') === true) process.exitCode = 1;
        if (json === true) {
          const checkOf = new Map(checks?.map((check) => [check.layer.index, checkJson(check)]));
          const listed = layers.map((layer) => ({
            ...layer,
            ...(checks !== null && { check: checkOf.get(layer.index) ?? null }),
          }));
          const { format, backend: ran, alone = null } = model;
          process.stdout.write(`${JSON.stringify({ format, backend: ran, alone, layers: listed })}\n`);
          return;
        }
        const rows = layers.map((layer) => [
          layer.index,
          layer.name,
          layer.kind,
          layer.units,
          mapsOf(layer),
          layer.tap,
          layer.reason === null ? 'yes' : `no: ${layer.reason}`,
        ]);
        process.stdout.write(
          textTable(['#', 'layer', 'kind', 'units', 'maps', 'seen after', 'measurable'], rows),
        );
        if (model.alone !== undefined)
          process.stdout.write(`one image a forward pass: ${printable(model.alone)}\n`);
        if (checks !== null) process.stdout.write(`\n${checkTable(checks)}`);
      } finally {
        await model.dispose();
      }
    });
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
