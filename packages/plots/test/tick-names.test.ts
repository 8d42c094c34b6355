import { expect, it } from 'vitest';
import { tickNames } from '../src/marks/tick-names.ts';

it('calls long names without what all of them share, and by their ends', () => {
  const names = [0, 1, 2].map((i) => `features.denseblock${i}.denselayer${i}.conv_with_a_long_torch_name`);
  expect([...tickNames(names).values()]).toEqual([0, 1, 2].map((i) => `denseblock${i}.denselayer${i}`));
  expect([...tickNames(names, 12).values()]).toEqual([0, 1, 2].map((i) => `…denselayer${i}`));
  expect([...tickNames(['run/step-0', 'run/step-16'], 10).values()]).toEqual(['step-0', 'step-16']);
  const torch = [1, 2].flatMap((layer) =>
    [1, 2].map((i) => `model.layer${layer}.${i}.bottleneck.residual_branch.conv${i}.weight`),
  );
  expect([...tickNames(torch).values()]).toEqual([
    'layer1.1…conv1',
    'layer1.2…conv2',
    'layer2.1…conv1',
    'layer2.2…conv2',
  ]);
  // What is short stays as it is, and so does a single name.
  expect([...tickNames(['conv1', 'conv2']).values()]).toEqual(['conv1', 'conv2']);
  expect([...tickNames(['layer1.0', 'layer1.0.conv']).values()]).toEqual(['layer1.0', 'layer1.0.conv']);
  expect([...tickNames(['a.b']).values()]).toEqual(['a.b']);
});
