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
  const { StatusLine } = await import('../src/sweeps/status-line.js');
  const line = new StatusLine();
  line.show(() => '50 %', { mark: 'a', over: true });
  StatusLine.say('a worker says: no');
  line.end();
  StatusLine.say('done');
  expect(written).toEqual([`${CLEAR}50 %`, `${CLEAR}a worker says: no\n50 %`, CLEAR, 'done\n']);
});

it('leaves the line of another alone when it ends', async () => {
  const { StatusLine } = await import('../src/sweeps/status-line.js');
  const [first, second] = [new StatusLine(), new StatusLine()];
  first.show(() => 'first', { mark: 'a', over: true });
  second.show(() => 'second', { mark: 'b', over: true });
  first.end();
  expect(written).toEqual([`${CLEAR}first`, `${CLEAR}second`]);
});

it.each([80, 200])(
  'fills %i columns with a bar and leaves the spare parts away where they have no room',
  async (columns) => {
    const { statusText } = await import('../src/sweeps/status-line.js');
    const parts = [
      { text: '123456/1234567 cells' },
      { text: '1000/10000 checkpoints', spare: 1 },
      { text: '12345 already there', spare: 2 },
      { text: '120,000 maps/s', spare: 3 },
      { text: '12 min 30 s left' },
    ];
    const text = statusText({ name: 'sweep:', share: 0.1, parts }, columns - 1);
    expect(text.length).toBeLessThan(columns);
    expect(text).toContain('123456/1234567 cells');
    expect(text).toContain('12 min 30 s left');
    expect(text.includes('120,000 maps/s')).toBe(columns === 200);
    expect(statusText({ name: 'sweep:', share: 0.1, parts }, null)).toMatch(
      /^sweep: {2}10 % {2}123456\/.* left$/,
    );
  },
);
