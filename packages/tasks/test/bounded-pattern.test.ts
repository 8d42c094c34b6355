import { expect, it } from 'vitest';
import { boundedGroups } from '../src/resolve/bounded-pattern.ts';
import { PatternError } from '../src/errors.ts';

const groups = (pattern: string, text: string): unknown => boundedGroups(pattern, [text], 'checkpoints')[0];

it('gives the named groups, and null where the pattern does not match', () => {
  const pattern = String.raw`step-(?<step>\d+)(?:-(?<kind>\w+))?`;
  expect(groups(pattern, '/a/step-3-ema.onnx')).toEqual([
    ['step', '3'],
    ['kind', 'ema'],
  ]);
  expect(groups(pattern, '/a/step-12')).toEqual([
    ['step', '12'],
    ['kind', null],
  ]);
  expect(groups(pattern, '/x')).toBeNull();
  expect(groups('x', '/x')).toEqual([]);
  expect(groups('(?<__proto__>a)', 'a')).toEqual([['__proto__', 'a']]);
});

it.each(['/(?<x>(a+)+)!$', '^/(a|a)*$', '^/(.*)*!$'])(
  'ends a pattern that would take for ever, and says of which kind it is: %s',
  (pattern) => {
    const path = `/${'a'.repeat(48)}.onnx`;
    let refusal: unknown;
    try {
      groups(pattern, path);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(PatternError);
    expect((refusal as Error).message).toContain('a repetition inside a repetition');
    // It has had its time: the next path does not wait for it again.
    expect(() => groups(pattern, path)).toThrow(PatternError);
  },
  60_000,
);

it('says what is no pattern, and where it stands', () => {
  expect(() => boundedGroups('(', ['x'], 'log')).toThrow(
    /^log: pattern: expected a regular expression .*, found "\("/,
  );
});

it('takes as many texts as there are', () => {
  const pattern = String.raw`(?<run>[^/]+)/step-(?<step>\d+)\.onnx$`;
  const paths = Array.from({ length: 50_000 }, (_, i) => `/runs/a/step-${i}.onnx`);
  const found = boundedGroups(pattern, paths, 'checkpoints');
  expect(found.map((groups) => groups?.[1]?.[1])).toEqual(paths.map((_, i) => String(i)));
});
