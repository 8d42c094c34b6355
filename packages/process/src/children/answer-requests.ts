/**
 * What the entry file of an AskedProcess does: answers what it is asked, until its parent ends. Errors
 * are replies too; one that `answer` throws ends the process. After a reply `leave` says whether the process goes, so that the next is asked of a new one.
 */
export function answerRequests(
  answer: (request: never) => Promise<unknown>,
  leave: () => boolean = () => false,
): void {
  if (process.send === undefined) throw new Error('this file is started by unitscope, not by hand');
  process.on('message', (request: unknown) => {
    void answer(request as never).then((reply) =>
      process.send?.(reply, () => {
        if (leave()) process.exit(0);
      }),
    );
  });
  process.once('disconnect', () => process.exit()); // the parent has died
  process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the parent decides when this one ends
}
