import { expect, test } from 'vitest';
import { heldName } from '../src/page/download.js';

test('a file is named by the sweep, the view and what the address filters', () => {
  const held = (name: string, address: string): string => {
    const { pathname, search } = new URL(address, 'http://here');
    return heldName(name, { pathname, search });
  };
  expect(held('demo-trend.svg', '/sweeps/demo/trend')).toBe('demo-trend.svg');
  expect(held('demo-trend.svg', '/sweeps/demo/trend?layer=conv4&category=3&threshold=20')).toBe(
    'demo-trend-conv4-3-threshold-20.svg',
  );
  // The depth has all layers, whichever was looked at before.
  expect(held('demo-depth.csv', '/sweeps/demo/depth?layer=conv4&definition=paper&run=lr%3D0.1')).toBe(
    'demo-depth-lr=0.1-definition-paper.csv',
  );
});
