import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelSegment } from '../src/label-segment.js';
import { keySegments } from '../src/object-key.js';
import { HOSTILE_LABELS } from './contract.js';

describe('labelSegment', () => {
  test('leaves plain labels as they are', () => {
    for (const label of ['conv2d_1', 'block-3.relu', '7']) expect(labelSegment(label)).toBe(label);
  });

  test('percent-encodes the rest, so that the label can be read back', () => {
    expect(labelSegment('../../x')).toBe('%2e.%2f..%2fx');
    expect(labelSegment('Conv 1')).toBe('%43onv%201');
    expect(labelSegment('con')).toBe('%63on');
    expect(decodeURIComponent(labelSegment('Äpfel & Birnen/3'))).toBe('Äpfel & Birnen/3');
  });

  test('shortens what is too long for a file name, with a hash', () => {
    expect(labelSegment('x'.repeat(200))).toBe('x'.repeat(200));
    expect(labelSegment('x'.repeat(201))).toMatch(/^x{120}%~[0-9a-f]{40}$/);
    expect(labelSegment('🦊'.repeat(50))).toMatch(/^(%f0%9f%a6%8a){10}%~[0-9a-f]{40}$/);
  });

  test('keeps hostile labels apart, whatever the case', () => {
    const segments = HOSTILE_LABELS.map((label) => labelSegment(label).toLowerCase());
    expect(new Set(segments).size).toBe(HOSTILE_LABELS.length);
  });

  test('gives any two labels different segments that make a valid key', () => {
    const label = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(label, label, (a, b) => {
        expect(keySegments(`${labelSegment(a)}.arrow`)).toHaveLength(1);
        expect(labelSegment(a) === labelSegment(b)).toBe(a === b);
      }),
    );
  });
});
