import { runSweep } from '@unitscope/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnswersAhead } from '../src/server/answers-ahead.ts';
import { overviewQuestions } from '../src/server/overview-questions.ts';
import { ResultsHost } from '../src/server/results-host.ts';
import { SweepBoard } from '../src/server/sweep-board.ts';
import type { ViewAnswer, ViewRequest } from '../src/server/view-request.ts';
import type { Outline } from '../src/server/views/outline.ts';
import { sampleStore, type SampleStore } from './sample-store.ts';

/** Notes what its process is asked. */
class NotedHost extends ResultsHost {
  readonly asked: string[] = [];
  override ask(request: ViewRequest, signal: AbortSignal): Promise<ViewAnswer> {
    this.asked.push(`${request.sweep} ${request.view}`);
    return super.ask(request, signal);
  }
}

const SETTINGS = { category: '', run: '', threshold: '', minSelectiveRate: '', definition: '' };
const OF_ALL = ['trend', 'compare-layers', 'layers', 'died', 'changed', 'generalization'];
let sample: SampleStore;
const hosts: NotedHost[] = [];

beforeAll(async () => {
  sample = await sampleStore();
  for (const name of ['old', 'new']) {
    await runSweep(await sample.prepare(name), { store: sample.address, threads: 1 });
  }
}, 120_000);

afterAll(async () => {
  for (const host of hosts) host.close();
  await sample.remove();
});

function opened(): { answers: AnswersAhead; noted: () => string[] } {
  const [views, slow, maps] = [1, 2, 3].map(() => new NotedHost(sample.address, 60, 2e9)) as [
    NotedHost,
    NotedHost,
    NotedHost,
  ];
  hosts.push(views, slow, maps);
  const noted = (): string[] => [...views.asked, ...slow.asked, ...maps.asked].sort();
  return { answers: new AnswersAhead({ views, slow, maps }), noted };
}

test('what an Overview asks is asked when its page is, once, and what comes later anew', async () => {
  const { answers, noted } = opened();
  const { signal } = new AbortController();
  await answers.begin('new', new URLSearchParams(), '');
  const begun = ['outline', 'outline', ...OF_ALL].map((view) => `new ${view}`).sort();
  expect(noted()).toEqual(begun);

  const outline = { view: 'outline', sweep: 'new', parameters: { maybe: 'yes' } };
  const found = JSON.parse(String((await answers.ask(outline, signal)).body)) as Outline;
  const questions = overviewQuestions(found, SETTINGS).map((question) => ({ ...question, sweep: 'new' }));
  expect(questions.map(({ view }) => view)).toEqual(OF_ALL);
  const ahead = await Promise.all(questions.map((question) => answers.ask(question, signal)));
  expect(noted()).toEqual(begun);

  const anew = await Promise.all(questions.map((question) => answers.ask(question, signal)));
  expect(noted()).toEqual([...begun, ...OF_ALL.map((view) => `new ${view}`)].sort());
  expect(ahead).toEqual(anew);
});

test('another view of a sweep has its outline ahead, a sweep that is not there nothing', async () => {
  const { answers, noted } = opened();
  await answers.begin('new', new URLSearchParams('run='), 'trend');
  await answers.begin('none', new URLSearchParams(), '');
  expect(noted()).toEqual(['new outline', 'new outline', 'none outline', 'none outline']);
});

test('an answer that nobody comes for is refused to nobody: a page that leaves ends what it took', async () => {
  const { answers } = opened();
  await answers.begin('new', new URLSearchParams(), '');
  const left = new AbortController();
  const question = { view: 'generalization', sweep: 'new', parameters: {} };
  const taken = answers.ask(question, left.signal);
  left.abort();
  await expect(taken).rejects.toThrow('nobody waits for it');
  expect((await answers.ask(question, new AbortController().signal)).type).toBe('arrow');
});

test('before anybody asks, the sweep that was launched last is looked at', async () => {
  const { answers, noted } = opened();
  const board = new SweepBoard(sample.address, false);
  await answers.prepare(board);
  await board.close();
  expect(new Set(noted().map((one) => one.split(' ')[0]))).toEqual(new Set(['new']));
});
