import { openStore } from '../../packages/store/src/open-store.js';
import { describeStoreContract } from '../../packages/store/test/contract.js';
import { freshAddress, useS3Server } from './s3-server.js';

const server = useS3Server();

describeStoreContract('s3://', () => {
  const address = freshAddress(server());
  return Promise.resolve(() => openStore(address));
});
