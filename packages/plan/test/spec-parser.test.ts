import { expect, test } from 'vitest';
import { specDigest } from '../src/spec-digest.js';
import { parseSpec } from '../src/spec-parser.js';

const minimal = 'name: x\nsource:\n  models:\n    checkpoints: [a.onnx]\n    images: {from: mnist}\n';

function refusal(text: string): string {
  try {
    parseSpec(text, 'sweep.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the spec was accepted');
}

test('fills in the defaults of the published method', () => {
  const spec = parseSpec(minimal, 'sweep.yaml');
  expect(spec.density).toBe(0.8);
  expect(spec.statistics).toEqual({ threshold: 50, minSelectiveRate: 0, bootstrap: 1000 });
  expect(spec.activations).toBe('discard');
  expect(spec.source.models?.images.perCategory).toBe(100);
});

test('reads the same spec from JSON', () => {
  const json = JSON.stringify({
    name: 'x',
    source: { models: { checkpoints: ['a.onnx'], images: { from: 'mnist' } } },
  });
  expect(parseSpec(json, 'sweep.json')).toEqual(parseSpec(minimal, 'sweep.yaml'));
});

test.each([
  ['an unknown key', minimal + 'sorce: 1\n', 'sweep.yaml:6: sorce: unknown key; did you mean "source"?'],
  [
    'an unknown key deep inside, at its line',
    minimal.replace('from: mnist', 'from: mnist, percategory: 3'),
    'sweep.yaml:5: source.models.images.percategory: unknown key; did you mean "perCategory"?',
  ],
  [
    'compression of maps that are not kept',
    minimal + 'compression: zstd\n',
    'sweep.yaml:6: compression: compression is of kept feature maps; it needs "activations: keep", found "zstd"',
  ],
  ['a wrong type', minimal + 'density: "0.8"\n', 'sweep.yaml:6: density: expected number, found "0.8"'],
  [
    'a value out of range',
    minimal + 'density: 2\n',
    'sweep.yaml:6: density: expected number to be <=1, found 2',
  ],
  [
    'a least selective rate that no unit can be above',
    minimal + 'statistics: {minSelectiveRate: 1}\n',
    'sweep.yaml:6: statistics.minSelectiveRate: expected number to be <1, found 1',
  ],
  [
    'a provider twice',
    minimal + '    providers: [cuda, cuda]\n',
    'sweep.yaml:6: source.models.providers: names a provider twice',
  ],
  [
    'a provider behind the CPU',
    minimal + '    providers: [cpu, cuda]\n',
    'providers: cpu runs every operation: what stands behind it is never used',
  ],
  ['a missing key', 'name: x\n', 'sweep.yaml:1: source: missing; expected object'],
  [
    'a wrong choice',
    minimal + 'activations: kepp\n',
    'activations: expected one of "keep"|"discard", found "kepp"',
  ],
  [
    'neither of two sources',
    'name: x\nsource: {}\n',
    'give exactly one of "models", "activations" and "measurements"',
  ],
  [
    'run beside models, which have it themselves',
    minimal.replace('source:', 'source:\n  run: [seed]'),
    'source.run: of models it is a key of theirs: source.models.run',
  ],
  [
    'images beside models, which have them themselves',
    minimal.replace('source:', 'source:\n  images: {from: mnist}'),
    'source.images: of models it is a key of theirs: source.models.images',
  ],
  [
    'images beside measurements, which have no maps',
    'name: x\nsource: {measurements: [a.arrow], images: {from: mnist}}\n',
    'source.images: measurements have no feature maps that images could be shown with',
  ],
  [
    'a draw of images that are only shown',
    'name: x\nsource: {activations: [a.arrow], images: {from: mnist, perCategory: 3}}\n',
    'source.images.perCategory: unknown key',
  ],
  [
    'a part of images that are not there',
    'name: x\nsource: {activations: [a.arrow], preprocess: imagenet}\n',
    'source.preprocess: says which part of `images` the network saw; there are none',
  ],
  [
    'a part that the size of the input would tell',
    'name: x\nsource: {activations: [a.arrow], images: {from: mnist}, preprocess: {fit: resize-crop, shorterSide: 232}}\n',
    'source.preprocess.shorterSide: how many pixels the network took is not known of activation files',
  ],
  [
    'a folder source without its folder',
    minimal.replace('mnist', 'folder'),
    'images.path: missing; images from folder need it',
  ],
  [
    'a checkpoint that is no path',
    minimal.replace('a.onnx', '3'),
    'checkpoints[0]: expected string, found 3',
  ],
  [
    'a name that is no folder name',
    minimal.replace('name: x', 'name: ../x'),
    'sweep.yaml:1: name: expected letters',
  ],
  ['broken YAML', 'name: [1,2', 'sweep.yaml:1:'],
  ['an empty file', '', 'expected a sweep spec (keys name, source, …), found null'],
  ['a list', '- 1', 'expected a sweep spec'],
])('refuses %s and says where', (_, text, message) => {
  expect(refusal(text)).toContain(message);
});

test('refuses an alias bomb', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map(
      (k, i) =>
        `${k}: &${k} [${Array(9)
          .fill('*' + 'abcdefg'.charAt(i))
          .join(',')}]`,
    ),
  ];
  expect(refusal(bomb.join('\n'))).toContain('sweep.yaml');
});

test('the digest holds what is measured, not where it goes or how it runs', () => {
  const digest = specDigest(parseSpec(minimal, 'a'));
  expect(
    specDigest(parseSpec(minimal + 'store: /elsewhere\nengine: {threads: 7}\nactivations: keep\n', 'b')),
  ).toBe(digest);
  expect(specDigest(parseSpec(minimal + 'density: 0.7\n', 'c'))).not.toBe(digest);
});

test('images that are only shown are no part of the digest, those of models are', () => {
  const files = (more: string): string =>
    specDigest(parseSpec(`name: x\nsource: {activations: [a.arrow]${more}}\n`, 'a'));
  expect(files(', images: {from: mnist}, preprocess: imagenet')).toBe(files(''));
  expect(specDigest(parseSpec(minimal.replace('from: mnist', 'from: mnist, seed: 1'), 'b'))).not.toBe(
    specDigest(parseSpec(minimal, 'a')),
  );
});
