import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN } from './support/command-line.js';

it('the bundle holds the licences of the code of others that is in it: command line, workflows and page', () => {
  const text = readFileSync(join(dirname(BIN), 'THIRD_PARTY_LICENSES'), 'utf8');
  // One package of each of the three bundles.
  for (const name of ['commander', '@temporalio/workflow', 'preact']) {
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\nLicence: MIT$`, 'm'));
  }
  expect(text).toMatch(/Permission is hereby granted, free of charge/);
  expect(text).not.toMatch(/^(?:unitscope|@unitscope\/\S+) \d/m);
});
