import { resolve } from 'node:path';
import { parseSpec } from '@unitscope/plan';
import { describe, expect, it } from 'vitest';
import { storeAddress, type SpecFile } from '../src/sweeps/spec-file.js';

function specFile(store?: string): SpecFile {
  const text = JSON.stringify({ name: 'x', source: { activations: ['a'] }, ...(store && { store }) });
  return { spec: parseSpec(text, 'sweep.yaml'), text, folder: '/spec/folder' };
}

describe('storeAddress', () => {
  it('is the option, as it was typed', () => {
    expect(storeAddress('here', specFile('there'))).toBe('here');
  });

  it('is the store of the spec, relative to the spec', () => {
    expect(storeAddress(undefined, specFile('there'))).toBe('/spec/folder/there');
    expect(storeAddress(undefined, specFile('file://./there'))).toBe('/spec/folder/there');
    expect(storeAddress(undefined, specFile('/abs'))).toBe('/abs');
  });

  it('leaves whole addresses as they are', () => {
    expect(storeAddress(undefined, specFile('file:///data'))).toBe('file:///data');
    expect(storeAddress(undefined, specFile('s3://bucket/x'))).toBe('s3://bucket/x');
  });

  it('is .unitscope in the current folder where nothing says otherwise', () => {
    expect(storeAddress(undefined)).toBe(resolve('.unitscope'));
    expect(storeAddress(undefined, specFile())).toBe(resolve('.unitscope'));
  });
});
