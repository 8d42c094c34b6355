import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const CLEAR = '\r\u001b[2K';
let written: string[] = [];

beforeEach(() => {
  written = [];
  vi.resetModules();
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  Object.assign(process.stderr, { isTTY: true, columns: 80 });
});
afterEach(() => vi.restoreAllMocks());

it('puts a message on a line of its own, and the status line below it again', async () => {
  const { StatusLine } = await import('../src/status-line.js');
  const line = new StatusLine();
  line.show(() => '50 %', { mark: 'a', over: true });
  StatusLine.say('a worker says: no');
  line.end();
  StatusLine.say('done');
  expect(written).toEqual([`${CLEAR}50 %`, `${CLEAR}a worker says: no\n50 %`, CLEAR, 'done\n']);
});

it('leaves the line of another alone when it ends', async () => {
  const { StatusLine } = await import('../src/status-line.js');
  const [first, second] = [new StatusLine(), new StatusLine()];
  first.show(() => 'first', { mark: 'a', over: true });
  second.show(() => 'second', { mark: 'b', over: true });
  first.end();
  expect(written).toEqual([`${CLEAR}first`, `${CLEAR}second`]);
});
