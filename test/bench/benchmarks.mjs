/**
 * What `npm run bench:all` runs. `figures` takes the last line that a benchmark prints with --json, and answers its ratios:
 * [name, ratio, counterpart, which way is better, whether CI holds it]. What a disk, a browser or a server decides is not held.
 */
/** @type {{ name: string; script: string; quick?: string[]; needs?: string; figures: (found: any) => any[] }[]} */
export const BENCHMARKS = [
  {
    name: 'kernel',
    script: 'packages/topology/bench/kernel.mjs',
    quick: [],
    figures: ({ kernel }) =>
      kernel
        .filter(({ n, input }) => [14, 28, 56, 112].includes(n) && ['blobs', 'noise'].includes(input))
        .map(({ n, input, over_sum: ratio }) => [
          `${input} ${n}×${n}`,
          ratio,
          'a plain sum of the map',
          'lower',
          true,
        ]),
  },
  {
    name: 'fused',
    script: 'test/bench/fused.mjs',
    quick: ['--quick'],
    figures: ({ efficientnet_lite0: efficientNet, vgg16 }) =>
      // The record has had this name of the second since its first line.
      Object.entries({ efficientnet_lite0: efficientNet, vgg16_shaped: vgg16 }).flatMap(
        ([network, ratios]) => [
          [network, ratios.fused_over_bare, 'a bare forward pass', 'higher', true],
          [`${network} over plain`, ratios.fused_over_plain, 'plain inference', 'higher', true],
        ],
      ),
  },
  {
    name: 'ablate',
    script: 'test/bench/ablate.mjs',
    quick: ['--quick'],
    figures: (found) =>
      Object.entries(found).map(([layer, ratio]) => [layer, ratio, 'a bare forward pass', 'lower', false]),
  },
  {
    name: 'training',
    script: 'test/bench/training.mjs',
    quick: ['--quick'],
    figures: ({ onnxruntime_over_tfjs: ratio }) => [
      ['step', ratio, 'TensorFlow.js on WebAssembly', 'lower', true],
    ],
  },
  {
    name: 'stored',
    script: 'test/bench/stored.mjs',
    quick: ['--quick'],
    figures: ({ write_over_plain: write, read_over_plain: read }) => [
      ['write', write, 'a plain put of the same bytes', 'higher', false],
      ['read', read, 'a plain get of the same bytes', 'higher', false],
    ],
  },
  {
    name: 'growth',
    script: 'test/bench/growth.mjs',
    figures: ({ images, units, checkpoints, images_by_cells: product }) => [
      ...Object.entries({ images, units, checkpoints }).map(([by, slope]) => [
        `slope of cost by ${by}`,
        slope,
        '1, a cost that is linear',
        'lower',
        false,
      ]),
      ['keys of images × cells', product, 'the sum of each alone', 'lower', false],
    ],
  },
  {
    name: 'zoo',
    script: 'test/bench/zoo.mjs',
    figures: ({ opening_over_full: opening, resident_last_over_first: memory }) => [
      ['opening weights of a graph', opening, 'opening the full ONNX file', 'lower', false],
      ['resident memory at the end', memory, 'that in the middle', 'lower', false],
    ],
  },
  {
    name: 'query',
    script: 'packages/query/bench/query.mjs',
    needs: 'a python3 with polars',
    figures: ({ processor_over_polars: processor, whole_over_polars: whole }) => [
      ['asked again, processor time', processor, 'Python polars', 'lower', false],
      ['whole process', whole, 'Python polars', 'lower', false],
    ],
  },
  {
    name: 'distributed',
    script: 'workflows/bench/distributed.mjs',
    needs: 'Go or a Temporal CLI, for a local server',
    figures: ({ two_workers_over_one: workers, measure_over_get: measure }) => [
      ['two workers', workers, 'one worker', 'higher', false],
      ['measure', measure, 'a plain GET', 'higher', false],
    ],
  },
];
