const EVERY_MS = 2000;

/** Does something every two seconds, one after another. Answers what ends that, when what was begun is over. `work` must not throw. */
export function everyTwoSeconds(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(work);
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}
