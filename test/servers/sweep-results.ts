import { tableFromIPC } from 'apache-arrow';
import { openStore } from '@unitscope/store';

/** Every object of a sweep's results, as files would be called. */
export async function resultsIn(address: string, sweep: string): Promise<Record<string, Buffer>> {
  const store = await openStore(address);
  const results: Record<string, Buffer> = {};
  const prefix = `sweeps/${sweep}/results/`;
  for await (const { key } of store.list(prefix)) {
    results[key.slice(prefix.length)] = Buffer.from(await store.get(key));
  }
  return results;
}

/**
 * Result tables without the digest of the spec, and the digest of their content, which covers it: those of two specs
 * that name the same inputs at other places differ in nothing else.
 */
export function withoutSpec(results: Record<string, Buffer>): Record<string, Buffer> {
  return Object.fromEntries(
    Object.entries(results).map(([name, bytes]) => {
      const { metadata } = tableFromIPC(bytes).schema;
      let text = bytes.toString('latin1');
      for (const key of ['unitscope.spec_digest', 'unitscope.content']) {
        const digest = metadata.get(key);
        if (digest !== undefined) text = text.replaceAll(digest, '0'.repeat(digest.length));
      }
      return [name, Buffer.from(text, 'latin1')];
    }),
  );
}
