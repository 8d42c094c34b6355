/** Requests under way at once: on a store over a network each costs a round trip. */
export const REQUESTS_AT_ONCE = 8;

/** Does `work` for every item, so many at once. The first failure is thrown when what was begun is over. */
export async function eachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true && !failed; next = rest.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: limit }, lane));
  const refused = lanes.find((result) => result.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
}
