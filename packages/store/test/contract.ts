import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { labelSegment } from '../src/label-segment.js';
import type { ListedObject, ObjectStore } from '../src/object-store.js';
import { ObjectKeyError, ObjectNotFoundError, ObjectRangeError } from '../src/store-errors.js';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export async function listed(objects: AsyncIterable<ListedObject>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects) keys.push(key);
  return keys;
}

async function folders(store: ObjectStore, folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of store.folders(folder)) names.push(name);
  return names;
}

export const HOSTILE_LABELS = [
  '../../x',
  '..',
  '.',
  '',
  '/',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'a%2fb',
  'con',
  'CON',
  'nul.txt',
  'trailing.',
  'trailing ',
  '.hidden',
  'Conv1',
  'conv1',
  'CONV1',
  'new\nline',
  'null\0byte',
  '🦊',
  'é',
  'e\u0301',
  '%',
  '%empty',
  'x'.repeat(300),
  'x'.repeat(301),
  `${'🦊'.repeat(100)}a`,
  `${'🦊'.repeat(100)}b`,
  '\ud800',
  '\ud801',
  '\ufffd',
];

/** What every adapter of the port must do; `open` gives a fresh handle on the same empty store each time. */
export function describeStoreContract(adapter: string, newStore: () => Promise<() => Promise<ObjectStore>>) {
  describe(`${adapter} keeps the store's contract`, () => {
    test('gives back what was put, with its size and SHA-256', async () => {
      const open = await newStore();
      const store = await open();
      const bytes = bytesOf('one');
      const info = { key: 'units/a.arrow', size: 3, sha256: sha256(bytes) };
      expect(await store.put('units/a.arrow', bytes)).toEqual(info);
      expect(textOf(await store.get('units/a.arrow'))).toBe('one');
      expect(await store.head('units/a.arrow')).toEqual(info);
      expect(await (await open()).head('units/a.arrow')).toEqual(info);
      expect(await store.verify('units/a.arrow')).toBe(true);
    });

    test('holds an empty object', async () => {
      const store = await (await newStore())();
      await store.put('empty', new Uint8Array());
      expect(await store.get('empty')).toHaveLength(0);
      expect(await store.head('empty')).toMatchObject({ size: 0 });
    });

    test('replaces an object whole', async () => {
      const store = await (await newStore())();
      await store.put('a', bytesOf('a longer first'));
      await store.put('a', bytesOf('second'));
      expect(textOf(await store.get('a'))).toBe('second');
      expect(await store.head('a')).toMatchObject({ size: 6, sha256: sha256(bytesOf('second')) });
    });

    test('says what is not there', async () => {
      const store = await (await newStore())();
      await store.put('folder/object', bytesOf('x'));
      for (const key of ['nothing', 'folder', 'folder/object/below', 'folder/other']) {
        expect(await store.head(key)).toBeUndefined();
        await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError);
        await expect(store.open(key)).rejects.toThrow(`key=${key}`);
        await expect(store.verify(key)).rejects.toThrow(ObjectNotFoundError);
      }
    });

    test('lets one of twenty racing creators win, whole, and leaves the winner alone', async () => {
      const open = await newStore();
      const racers = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const created = await (
            await open()
          ).create('sweeps/demo/manifest.json', bytesOf(`racer ${i + 10}`));
          return created === undefined ? [] : [`racer ${i + 10}`];
        }),
      );
      const store = await open();
      const winners = racers.flat();
      expect(winners).toHaveLength(1);
      expect(textOf(await store.get('sweeps/demo/manifest.json'))).toBe(winners[0]);
      // The losers were as long: the digest is the winner's.
      expect(await store.head('sweeps/demo/manifest.json')).toMatchObject({
        sha256: sha256(bytesOf(winners[0]!)),
      });
      expect(await store.create('sweeps/demo/manifest.json', bytesOf('late'))).toBeUndefined();
    });

    test('takes twenty writers of the same key, and one of them is there whole', async () => {
      const open = await newStore();
      const texts = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(1000 + i));
      await Promise.all(texts.map(async (text) => (await open()).put('shared', bytesOf(text))));
      expect(texts).toContain(textOf(await (await open()).get('shared')));
    });

    test('shows a streamed object when it is committed, not before', async () => {
      const store = await (await newStore())();
      const writer = await store.createWriter('activations/k.arrow');
      const chunk = new Uint8Array(100_000).fill(7);
      for (let i = 0; i < 10; i++) await writer.write(chunk);
      expect(await store.head('activations/k.arrow')).toBeUndefined();
      expect(await listed(store.list(''))).toEqual([]);
      const info = await writer.commit();
      const whole = new Uint8Array(1_000_000).fill(7);
      expect(info).toEqual({ key: 'activations/k.arrow', size: 1_000_000, sha256: sha256(whole) });
      expect(await store.get('activations/k.arrow')).toHaveLength(1_000_000);
    });

    test('forgets an aborted write', async () => {
      const store = await (await newStore())();
      const writer = await store.createWriter('a');
      await writer.write(bytesOf('half'));
      await writer.abort();
      expect(await store.head('a')).toBeUndefined();
      expect(await listed(store.list(''))).toEqual([]);
    });

    test('reads ranges into the middle of a buffer, and none beyond the end', async () => {
      const store = await (await newStore())();
      await store.put('digits', bytesOf('0123456789'));
      const reader = await store.open('digits');
      expect(reader.size).toBe(10);
      expect(reader.name).toContain('digits');
      const target = new Uint8Array(5).fill(46);
      await reader.readInto(target.subarray(1, 4), 6);
      expect(textOf(target)).toBe('.678.');
      await reader.readInto(new Uint8Array(0), 10);
      await expect(reader.readInto(new Uint8Array(3), 8)).rejects.toThrow(ObjectRangeError);
      await expect(reader.readInto(new Uint8Array(1), -1)).rejects.toThrow(ObjectRangeError);
      await reader.close();
    });

    test('lists by prefix, in the byte order of the keys', async () => {
      const store = await (await newStore())();
      const keys = ['a-b', 'a/b', 'a/b-c', 'a/b/c', 'ab/c', 'b', 'a/é', 'a/z'].filter((key) => key !== 'a/b');
      for (const key of keys) await store.put(key, bytesOf(key));
      const sorted = [...keys].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      expect(await listed(store.list(''))).toEqual(sorted);
      expect(await listed(store.list('a/'))).toEqual(['a/b-c', 'a/b/c', 'a/z', 'a/é']);
      expect(await listed(store.list('a/b'))).toEqual(['a/b-c', 'a/b/c']);
      expect(await listed(store.list('a'))).toEqual(sorted.filter((key) => key.startsWith('a')));
      expect(await listed(store.list('nothing/here'))).toEqual([]);
      expect(await folders(store, '')).toEqual(['a', 'ab']);
      expect(await folders(store, 'a/')).toEqual(['b']);
      expect(await folders(store, 'nothing/')).toEqual([]);
      for await (const { key, size } of store.list('b')) expect({ key, size }).toEqual({ key: 'b', size: 1 });
    });

    test('deletes, twice without complaint, and takes the key again', async () => {
      const store = await (await newStore())();
      await store.put('a', bytesOf('one'));
      await store.delete('a');
      await store.delete('a');
      expect(await store.head('a')).toBeUndefined();
      await store.put('a', bytesOf('two'));
      expect(textOf(await store.get('a'))).toBe('two');
    });

    test.each(['', '/', '/a', 'a/', 'a//b', '.', '..', '../x', 'a/../../x', 'a/.b', '.sha256/000', 'a\\b'])(
      'refuses the key %j everywhere',
      async (key) => {
        const store = await (await newStore())();
        const refused = async (work: () => Promise<unknown>): Promise<void> => {
          await expect(work()).rejects.toThrow(ObjectKeyError);
        };
        await refused(() => store.put(key, bytesOf('x')));
        await refused(() => store.create(key, bytesOf('x')));
        await refused(() => store.createWriter(key));
        await refused(() => store.get(key));
        await refused(() => store.open(key));
        await refused(() => store.head(key));
        await refused(() => store.delete(key));
        await refused(() => store.verify(key));
      },
    );

    test('refuses keys with control characters, lone surrogates, or names too long for a file', async () => {
      const store = await (await newStore())();
      for (const key of ['a\nb', 'a\0', '\ud800', 'é'.repeat(128)]) {
        await expect(store.put(key, bytesOf('x'))).rejects.toThrow(ObjectKeyError);
      }
    });

    test('tells which of many objects it wrote and did not remove', async () => {
      const store = await (await newStore())();
      const keys = Array.from({ length: 20 }, (_, i) => `units/${i} a`);
      for (const key of keys) await store.put(key, bytesOf(key));
      await store.delete('units/7 a');
      const own = await store.own([...keys, 'units/never', 'a']);
      expect([...own].sort()).toEqual(keys.filter((key) => key !== 'units/7 a').sort());
      expect(await store.own([])).toEqual(new Set());
    });

    test('keeps hostile labels apart and inside', async () => {
      const store = await (await newStore())();
      for (const label of HOSTILE_LABELS) {
        await store.put(
          `sweeps/s/results/units/${labelSegment(label)}.arrow`,
          bytesOf(JSON.stringify(label)),
        );
      }
      expect(await listed(store.list('sweeps/s/results/units/'))).toHaveLength(HOSTILE_LABELS.length);
      for (const label of HOSTILE_LABELS) {
        const bytes = await store.get(`sweeps/s/results/units/${labelSegment(label)}.arrow`);
        expect(textOf(bytes)).toBe(JSON.stringify(label));
      }
    });
  });
}
