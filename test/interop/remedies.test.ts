import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivationsFile, FileSource } from '@unitscope/tables';
import { python } from './python.ts';

const FIXTURES = join(import.meta.dirname, '../../packages/tables/test/fixtures');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-remedies-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function refusal(path: string): Promise<string | null> {
  const source = await FileSource.open(path);
  try {
    await ActivationsFile.open(source);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await source.close();
  }
}

describe('a refusal of an activation file', () => {
  it.each([
    'bad-float64',
    'bad-variable-list',
    'bad-nested',
    'bad-unit-text',
    'bad-image-float',
    'bad-image-view',
  ])('holds a statement of pyarrow that mends it as written: %s', async (name) => {
    const path = join(FIXTURES, `${name}.arrow`);
    const message = (await refusal(path)) ?? '';
    const [, statement = ''] = /in pyarrow: (.*?)(?:; in polars.*)?$/s.exec(message) ?? [];
    expect(statement).toContain('table = table.set_column(');
    const mended = join(folder, `${name}.arrow`);
    await python('apply_remedy.py', path, statement, mended);
    expect(await refusal(mended)).toBeNull();
  });
});
