import { TAP_KINDS, type TapKind } from '@unitscope/plan';
import { Command, Option } from 'commander';
import { textTable } from '../text-table.js';

interface Options {
  readonly json?: true;
  readonly backend: 'auto' | 'tfjs-node' | 'wasm' | 'onnxruntime';
  readonly tap: TapKind;
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
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  unitscope layers resnet.onnx\n  unitscope layers resnet.onnx --tap block-output\n  unitscope layers checkpoints/step-8/model.json --json',
    )
    .action(async (path: string, { json, backend, tap: kindOfTap }: Options) => {
      const { openModel } = await import('@unitscope/models');
      const model = await openModel(path, { backend, tap: kindOfTap });
      try {
        const layers = model.layers.map(
          ({ index, name, kind, units, height, width, tap, measurable, reason }) => {
            return { index, name, kind, units, height, width, tap, measurable, reason: reason ?? null };
          },
        );
        if (json === true) {
          process.stdout.write(
            `${JSON.stringify({ format: model.format, backend: model.backend, layers })}\n`,
          );
          return;
        }
        const rows = layers.map((layer) => [
          layer.index,
          layer.name,
          layer.kind,
          layer.units,
          `${layer.height}×${layer.width}`,
          layer.tap,
          layer.reason === null ? 'yes' : `no: ${layer.reason}`,
        ]);
        process.stdout.write(
          textTable(['#', 'layer', 'kind', 'units', 'maps', 'seen after', 'measurable'], rows),
        );
      } finally {
        await model.dispose();
      }
    });
}
