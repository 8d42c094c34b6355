import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { classIndices, readClassNames } from '../src/class-indices.ts';

const found = (all: string[], outputs: number, given?: Parameters<typeof classIndices>[2]) => [
  ...classIndices({ wanted: all.slice(0, 2), all }, outputs, given).indices.values(),
];

test('numbers are outputs, in whatever order the categories stand', () => {
  expect(found(['7', '3', '10'], 11)).toEqual([7, 3]);
  expect(() => found(['7', '3', '10'], 10)).toThrow('which of the network');
});

test('as many categories as outputs are taken in their order', () => {
  expect(found(['cat', 'dog', 'owl'], 3)).toEqual([0, 1]);
  expect(classIndices({ wanted: ['owl'], all: ['cat', 'dog', 'owl'] }, 3, undefined).source).toBe(
    'the order of the categories',
  );
});

test('names decide where there are some, by the whole line or its first word', () => {
  const names = ['n01 tench, Tinca', 'n02 goldfish', 'n03', 'cat'];
  expect(found(['n02', 'n01 tench, Tinca', 'x'], 4, names)).toEqual([1, 0]);
  expect(found(['cat', 'n03'], 1000, { cat: 282, n03: 2 })).toEqual([282, 2]);
  const spec = classIndices({ wanted: ['shirt'], all: [], classNames: ['top', 'shirt'] }, 2, undefined);
  expect([...spec.indices]).toEqual([['shirt', 1]]);
});

test('a category without a class, or past the outputs, is named', () => {
  expect(() => found(['tomcat', 'cat'], 3, ['dog', 'tomcats', 'cat'])).toThrow(
    'no class is called "tomcat"; did you mean "tomcats"?',
  );
  expect(() => found(['cat'], 3, { cat: 5 })).toThrow(
    'category "cat": expected an output from 0 to 2, found 5',
  );
});

test('class names are read from JSON or lines, anything else is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-classes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const read = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return await readClassNames(join(folder, name));
  };
  expect(await read('lines.txt', 'cat\r\ndog\n')).toEqual(['cat', 'dog']);
  expect(await read('array.json', '["cat", "dog"]')).toEqual(['cat', 'dog']);
  expect(await read('object.json', '{"cat": 281}')).toEqual({ cat: 281 });
  await expect(read('wrong.json', '{"cat": "281"}')).rejects.toThrow('expected an array of class names');
  await expect(read('broken.json', '{')).rejects.toThrow('not JSON');
  await expect(readClassNames(join(folder, 'gone.txt'))).rejects.toThrow('cannot be read');
});
