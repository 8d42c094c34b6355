import { expect, test } from 'vitest';
import { openStore } from '../../../packages/store/src/open-store.js';
import { describeStoreContract } from '../../../packages/store/test/contract.js';
import { freshAddress, useS3Server } from '../s3-server.js';

const server = useS3Server();

describeStoreContract('s3://', () => {
  const address = freshAddress(server());
  return Promise.resolve(() => openStore(address));
});

test('a streamed object is checked also through another prefix of its bucket', async () => {
  const address = freshAddress(server());
  const whole = await openStore(address);
  const part = await openStore(address.replace(/(\?|$)/, '/inner$1'));
  const bytes = new Uint8Array(20 * 2 ** 20).fill(7);
  const writer = await whole.createWriter('inner/large');
  await writer.write(bytes);
  const { sha256 } = await writer.commit();
  expect(await part.verify('large')).toBe(true);
  expect((await part.head('large'))?.sha256).toBe(sha256);
});
