import { parseSpec } from '@unitscope/plan';
import { expect, it } from 'vitest';
import { specTemplate } from '../src/sweeps/spec-template.js';

it('what init writes is a valid spec in which every uncommented value is the default', () => {
  const spec = parseSpec(specTemplate, 'sweep.yaml');
  const { models } = spec.source;
  const bare = {
    name: spec.name,
    source: {
      models: { checkpoints: models?.checkpoints, images: { from: 'folder', path: 'images' } },
    },
  };
  expect(spec).toEqual(parseSpec(JSON.stringify(bare), 'bare.json'));
});
