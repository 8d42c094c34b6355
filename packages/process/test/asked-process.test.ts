import { once } from 'node:events';
import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { AskedProcess } from '../src/index.js';

interface Request {
  readonly echo?: unknown;
  readonly exit?: number;
  readonly kill?: boolean;
  readonly hang?: boolean;
  readonly leave?: boolean;
}
interface Reply {
  readonly echo: unknown;
  readonly asked: number;
  readonly pid: number;
}

const entry = new URL('./fixture-answers.mjs', import.meta.url);
const begun: AskedProcess<Request, Reply>[] = [];
afterEach(() => {
  for (const asked of begun.splice(0)) asked.end();
});

function start(): AskedProcess<Request, Reply> {
  const asked = new AskedProcess<Request, Reply>({ entry });
  begun.push(asked);
  return asked;
}

async function replyOf(asked: AskedProcess<Request, Reply>, request: Request): Promise<Reply> {
  const answer = await asked.ask(request);
  if ('ended' in answer) throw new Error(JSON.stringify(answer.ended));
  return answer.reply;
}

it('answers one request after the other in one process, typed arrays included', async () => {
  const asked = start();
  asked.warm();
  const first = await replyOf(asked, { echo: new Float32Array([1, 2]) });
  const second = await replyOf(asked, { echo: 'again' });
  expect(first.echo).toEqual(new Float32Array([1, 2]));
  expect(second).toMatchObject({ echo: 'again', asked: 2, pid: first.pid });
});

it('tells how a process ended, and asks a new one next', async () => {
  const asked = start();
  const { pid } = await replyOf(asked, {});
  expect(await asked.ask({ exit: 3 })).toEqual({ ended: { by: 'itself', code: 3, signal: null } });
  expect(await asked.ask({ kill: true })).toEqual({ ended: { by: 'itself', code: null, signal: 'SIGKILL' } });
  const anew = await replyOf(asked, {});
  expect(anew.asked).toBe(1);
  expect(anew.pid).not.toBe(pid);
});

it('kills a process whose request is given up, takes too long, or is not wanted any more', async () => {
  const asked = start();
  const { pid } = await replyOf(asked, {});
  const stop = new AbortController();
  const given = asked.ask({ hang: true }, { signal: stop.signal });
  stop.abort();
  expect(await given).toMatchObject({ ended: { by: 'signal' } });
  expect(await asked.ask({ hang: true }, { patienceMs: 1 })).toMatchObject({ ended: { by: 'patience' } });
  const unwanted = asked.ask({ hang: true });
  asked.end();
  expect(await unwanted).toMatchObject({ ended: { by: 'end' } });
  expect(await asked.ask({}, { signal: AbortSignal.abort() })).toMatchObject({ ended: { by: 'signal' } });
  expect((await replyOf(asked, {})).pid).not.toBe(pid);
});

it('asks the next process where one left by itself meanwhile, but not one that leaves at once', async () => {
  const asked = start();
  const first = await replyOf(asked, { leave: true });
  const second = await replyOf(asked, {}); // crosses with its leaving, or comes after
  expect(second.asked).toBe(1);
  expect(second.pid).not.toBe(first.pid);
  const fresh = start();
  expect(await fresh.ask({ exit: 0 })).toEqual({ ended: { by: 'itself', code: 0, signal: null } });
});

it('does one request at a time', async () => {
  const asked = start();
  const first = asked.ask({});
  await expect(asked.ask({})).rejects.toThrow(RangeError);
  expect(await first).toHaveProperty('reply');
});

it('ends with its parent, and is not started by hand', async () => {
  const child = fork(entry, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  child.send({ echo: 1 });
  await once(child, 'message');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
  const byHand = spawnSync(process.execPath, [fileURLToPath(entry)], { encoding: 'utf8' });
  expect(byHand).toMatchObject({ status: 1, stderr: expect.stringContaining('not by hand') as string });
});
