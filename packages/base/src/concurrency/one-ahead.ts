/** Passes on what a generator makes, and has it at the next item already while the caller is at this one. */
export async function* oneAhead<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = source.next();
      next.catch(() => undefined); // told where it is awaited
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return();
  }
}
