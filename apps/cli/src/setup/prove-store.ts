import { StatusLine } from '../sweeps/status-line.js';
import { whileShowing } from '../sweeps/progress-line.js';

/** Before the first sweep of a store on S3: whether its server does what sweeps need. Says what else it lacks. */
export async function proveStoreOf(address: string): Promise<void> {
  if (!/^s3:/i.test(address)) return;
  const { openStore, proveStore } = await import('@unitscope/store');
  const store = await openStore(address);
  const lacking = await whileShowing('looking at what the S3 server does …', () => proveStore(store));
  for (const { check, found, means } of lacking)
    StatusLine.say(`store ${store.uri}: its server does not hold this: ${check} (${found ?? ''}): ${means}`);
}
