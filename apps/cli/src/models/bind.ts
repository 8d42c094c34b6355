import type { BoundParameter } from '@unitscope/models';
import { TAP_KINDS, type TapKind } from '@unitscope/plan';
import { counted, shownText } from '@unitscope/base';
import { Command, Option } from 'commander';
import { print, printJson } from '../terminal/output.js';
import { ALL_ROWS, firstRows, MOST_ROWS } from '../results/first-rows.js';
import { weightsOf, withWeightsFlags, type WeightsFlags } from './weights-flags.js';

interface Options extends WeightsFlags {
  readonly out?: string;
  readonly all?: true;
  readonly json?: true;
  readonly tap: TapKind;
}

export function bindCommand(): Command {
  const command = new Command('bind')
    .argument('<graph>', 'an .onnx file, exported once')
    .addOption(
      new Option('--tap <kind>', 'where a layer is looked at').choices(TAP_KINDS).default('after-activation'),
    )
    .option(
      '--out <file>',
      'also write the graph with these weights as an ONNX network of its own, for verbs that take one',
    )
    .option(...ALL_ROWS)
    .option('--json', 'one JSON document on stdout');
  return withWeightsFlags(command)
    .addHelpText(
      'after',
      '\nExamples:\n  unitscope bind graph.onnx --weights step-1.pt\n  unitscope bind graph.onnx --weights last.ckpt --inside ema --json\n  unitscope bind graph.onnx --weights best.pt --out best.onnx   # then: reproduce --model best.onnx',
    )
    .action(async (path: string, options: Options, self: Command) => {
      const weights = weightsOf(options);
      if (weights === undefined) self.error("error: required option '--weights <file>' not specified");
      const { boundDigest, writeBound } = await import('@unitscope/models');
      const found = await boundDigest(path, weights, { tap: options.tap }, { finite: true });
      if (options.out !== undefined) await writeBound(path, options.out, weights);
      const { set, names, bound, constants, left } = found.binding;
      if (options.json === true) {
        printJson({
          digest: found.digest,
          inside: set,
          prefix: names.weights,
          extent: found.extent,
          bound: bound.map(({ parameter, tensor, turned }) => ({
            initializer: parameter.name,
            shape: parameter.shape,
            tensor,
            turned,
          })),
          constants: constants.map(({ name, shape }) => ({ initializer: name, shape })),
          left,
          scalars: found.weights.scalars,
          notCalled: found.weights.opaque,
        });
        return;
      }
      print(firstRows(['initializer', 'shape', 'tensor', ''], bound.map(row), options));
      const reach = found.extent === 'all' ? 'all of the graph' : 'all that leads to its layers';
      print(`\n${counted(bound.length, 'initializer')} bound, ${reach}\n`);
      list(
        'kept as the graph has them',
        constants.map(({ name }) => name),
        options,
      );
      list('not used', left, options);
      list('named by the file and not called', found.weights.opaque, options);
    });
}

function row({ parameter: { name, shape }, tensor, turned }: BoundParameter): string[] {
  return [name, shape.join('×'), tensor, turned ? 'turned' : ''];
}

function list(what: string, names: readonly string[], { all = false }: { readonly all?: boolean }): void {
  if (names.length === 0) return;
  const shown = all ? names : names.slice(0, MOST_ROWS);
  const rest = shown.length === names.length ? '' : ` and ${names.length - shown.length} more (--all)`;
  print(`${what}: ${shown.map((name) => shownText(name)).join(', ')}${rest}\n`);
}
