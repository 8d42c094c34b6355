import { AllowedStores, storesOf } from '@unitscope/store';
import { StoreNotToldError } from '../../errors.js';

/** The stores that the user of this process named: `own`, those of UNITSCOPE_STORES, and the environment's S3 server. */
export function toldStores(own: string): AllowedStores {
  return new AllowedStores([own, 's3://', ...storesOf(process.env['UNITSCOPE_STORES'])]);
}

/**
 * A manifest that is read back from a store may be of others, and what it names on S3 is asked for with this user's
 * credentials: throws StoreNotToldError for a server that the user did not name.
 */
export async function refuseStrangeServers(addresses: Iterable<string>, own: string): Promise<void> {
  const told = toldStores(own);
  for (const address of addresses) {
    if (await told.allows(address)) continue;
    throw new StoreNotToldError(
      `the stored manifest names ${address}, a server that this command was not told of: if it is yours, have that ` +
        'address in UNITSCOPE_STORES',
    );
  }
}
