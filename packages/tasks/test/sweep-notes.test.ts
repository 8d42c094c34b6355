import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type ObjectStore } from '@unitscope/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeNotes, collectGarbage, readNotes, removeSweep, SweepObjects } from '../src/index.js';

let folder: string;
let store: ObjectStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-notes-'));
  store = await openStore(folder);
  await store.put(new SweepObjects('s').manifest, Buffer.from('{}'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('notes of a sweep', () => {
  it('are empty at first, and hold what each change says', async () => {
    expect(await readNotes(store, 's')).toEqual({
      version: 0,
      tags: [],
      notes: '',
      views: [],
      annotations: [],
    });
    await changeNotes(store, 's', { kind: 'add-tag', tag: ' baseline ' });
    await changeNotes(store, 's', { kind: 'add-tag', tag: 'baseline' });
    await changeNotes(store, 's', { kind: 'write-notes', notes: 'two\nlines <b>', before: '' });
    await changeNotes(store, 's', { kind: 'save-view', name: 'late', address: '/sweeps/s/trend?layer=a' });
    await changeNotes(store, 's', {
      kind: 'annotate',
      checkpoint: null,
      layer: 'conv1',
      unit: 3,
      text: 'eyes',
    });
    const found = await readNotes(store, 's');
    expect(found).toMatchObject({
      version: 5,
      tags: ['baseline'],
      notes: 'two\nlines <b>',
      views: [{ name: 'late', address: '/sweeps/s/trend?layer=a' }],
      annotations: [{ checkpoint: null, layer: 'conv1', unit: 3, text: 'eyes' }],
    });
    await changeNotes(store, 's', { kind: 'delete-annotation', id: found.annotations[0]!.id });
    await changeNotes(store, 's', { kind: 'delete-view', name: 'late' });
    await changeNotes(store, 's', { kind: 'remove-tag', tag: 'baseline' });
    expect(await readNotes(store, 's')).toMatchObject({ tags: [], views: [], annotations: [] });
  });

  it('of many that write at once none is lost', async () => {
    const tags = Array.from({ length: 8 }, (_, i) => `tag ${i}`);
    await Promise.all(tags.map(async (tag) => changeNotes(store, 's', { kind: 'add-tag', tag })));
    expect([...(await readNotes(store, 's')).tags].sort()).toEqual(tags);
  });

  it('of two who change one text the second is told, and what is there stays', async () => {
    await changeNotes(store, 's', { kind: 'write-notes', notes: 'mine', before: '' });
    const second = changeNotes(store, 's', { kind: 'write-notes', notes: 'theirs', before: '' });
    await expect(second).rejects.toMatchObject({ code: 'NOTES_CONFLICT', message: /now: mine/ });
    expect((await readNotes(store, 's')).notes).toBe('mine');
  });

  it.each([
    [{ kind: 'add-tag', tag: 'two\nlines' }, /a tag of one line/],
    [{ kind: 'add-tag', tag: '' }, /a tag of one line/],
    [{ kind: 'write-notes', notes: '\u001b[31m', before: '' }, /without control characters/],
    [{ kind: 'save-view', name: 'x', address: '//elsewhere.example/' }, /an address of this page/],
    [{ kind: 'save-view', name: 'x', address: 'javascript:alert(1)' }, /an address of this page/],
    [{ kind: 'annotate', checkpoint: null, layer: null, unit: null, text: 'x' }, /found neither/],
    [{ kind: 'annotate', checkpoint: 'a', layer: null, unit: 1, text: 'x' }, /found one of them/],
    [{ kind: 'annotate', checkpoint: 'a', layer: null, unit: null, text: '' }, /annotations/],
  ] as const)('refuses %j', async (change, message) => {
    const refused = changeNotes(store, 's', change);
    await expect(refused).rejects.toMatchObject({ code: 'NOTE_REFUSED', message });
    expect((await readNotes(store, 's')).version).toBe(0);
  });

  it('are of a sweep that is there, stay when garbage is collected, and go with it', async () => {
    const none = changeNotes(store, 'none', { kind: 'add-tag', tag: 'x' });
    await expect(none).rejects.toMatchObject({ code: 'SWEEP_UNKNOWN' });
    await changeNotes(store, 's', { kind: 'add-tag', tag: 'kept' });
    await store.delete(new SweepObjects('s').manifest);
    await collectGarbage(store, { dryRun: false });
    expect((await readNotes(store, 's')).tags).toEqual(['kept']);
    await removeSweep(store, 's');
    expect((await readNotes(store, 's')).tags).toEqual([]);
  });

  it('that somebody damaged are refused by their place', async () => {
    await changeNotes(store, 's', { kind: 'add-tag', tag: 'x' });
    await writeFile(join(folder, new SweepObjects('s').notesVersion(2)), '{');
    await expect(readNotes(store, 's')).rejects.toThrow(/sweeps\/s\/notes\/000000000002\.json: not JSON/);
  });
});
