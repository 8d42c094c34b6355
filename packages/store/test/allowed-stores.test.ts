import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AllowedStores } from '../src/allowed-stores.ts';
import { StoreNotAllowedError, StoreUriError } from '../src/store-errors.ts';

const environment = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' };

async function allows(told: readonly string[], address: string): Promise<boolean> {
  const stores = new AllowedStores(told, environment);
  return stores.check(address).then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(StoreNotAllowedError);
      return false;
    },
  );
}

describe('a worker that was told no store', () => {
  it.each([
    ['s3://any', true],
    ['s3://any/prefix', true],
    ['s3://any?endpoint=http://127.0.0.1:9000', true],
    ['s3://any?endpoint=http://127.0.0.1:9000/', true],
    ['s3://any?endpoint=http://169.254.169.254', false],
    ['s3://any?endpoint=https://127.0.0.1:9000', false],
    ['file:///tmp', false],
    ['/tmp', false],
    ['.', false],
    ['https://any', false],
    ['s3://user:secret@any', false],
    ['', false],
  ])('and the address %s: allowed is %s', async (address, expected) => {
    expect(await allows([], address)).toBe(expected);
  });
});

it.each([
  ['s3://bucket/runs', true],
  ['s3://bucket/runs/a', true],
  ['s3://bucket/runs-of-others', false],
  ['s3://bucket/runs/../other', false],
  ['s3://bucket', false],
  ['s3://other/runs', false],
  ['s3://bucket/runs?endpoint=http://10.0.0.1', false],
  ['s3://far/x?endpoint=http://10.0.0.1:1', true],
  ['s3://far/x', false],
])('a worker that was told prefixes, and the address %s: allowed is %s', async (address, expected) => {
  const told = ['s3://bucket/runs', 's3://far?endpoint=http://10.0.0.1:1'];
  expect(await allows(told, address)).toBe(expected);
});

describe('folders', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unitscope-allowed-'));
    await mkdir(join(folder, 'stores'));
    await mkdir(join(folder, 'private'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are allowed with what lies below them, there or not', async () => {
    const told = [pathToFileURL(join(folder, 'stores')).href];
    expect(await allows(told, join(folder, 'stores', 'not', 'yet'))).toBe(true);
    expect(await allows(told, `file://${folder}/stores`)).toBe(true);
    expect(await allows(told, `file://${folder}/stores/../private`)).toBe(false);
    expect(await allows(told, `file://${folder}/stores-2`)).toBe(false);
    expect(await allows(told, 's3://any')).toBe(false);
    expect(await allows([...told, 's3://'], 's3://any')).toBe(true);
  });

  it('are looked at where they really are: a link in an allowed one leads nowhere else', async () => {
    await symlink(join(folder, 'private'), join(folder, 'stores', 'link'));
    expect(await allows([join(folder, 'stores')], join(folder, 'stores', 'link', 'x'))).toBe(false);
    await symlink(join(folder, 'stores'), join(folder, 'alias'));
    expect(await allows([join(folder, 'alias')], join(folder, 'stores', 'x'))).toBe(true);
  });
});

it('refuses an address that it is told and cannot understand', () => {
  expect(() => new AllowedStores(['gs://bucket'], environment)).toThrow(StoreUriError);
  expect(() => new AllowedStores(['s3://b?endpoint=ftp://x'], environment)).toThrow(StoreUriError);
});

it('does not repeat what may be a secret of a refused address', async () => {
  const stores = new AllowedStores([], environment);
  await expect(stores.check('s3://user:hunter2@b?secretkey=hunter2')).rejects.toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') as string }) as Error,
  );
});
