/** What `work` gives for each item, in the items' order, while it is at work on up to `ahead` of those that follow. */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<[item: T, result: R], void, undefined> {
  const rest = items[Symbol.iterator]();
  const begun: { readonly item: T; readonly result: Promise<R> }[] = [];
  const begin = (): void => {
    for (let next; begun.length <= ahead && (next = rest.next()).done !== true;) {
      const result = work(next.value);
      result.catch(() => undefined); // told where it is awaited
      begun.push({ item: next.value, result });
    }
  };
  try {
    begin();
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) {
      const result = await first.result;
      begin();
      yield [first.item, result];
    }
  } finally {
    await Promise.allSettled(begun.map(({ result }) => result));
  }
}
