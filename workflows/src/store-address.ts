import { StoreSecretError } from './errors.js';

/** Throws StoreSecretError where a store's address holds credentials: addresses are in messages and logs. */
export function refuseSecrets(address: string): void {
  const [, user] = /^[a-z0-9+.-]+:\/\/([^/]*)@/i.exec(address) ?? [];
  const query = /[?&](secret|password|token|accesskey|secretkey|session)[^=]*=/i.test(address);
  if (user === undefined && !query) return;
  throw new StoreSecretError(
    'the store’s address holds credentials: expected them in the environment (AWS_ACCESS_KEY_ID, ' +
      'AWS_SECRET_ACCESS_KEY, or a profile) of every worker, found them in the address',
  );
}
