import { mapViews, slowViews } from './results-views.js';
import type { ResultsHost } from './results-host.js';
import type { SweepBoard } from './sweep-board.js';
import type { SweepCard } from './sweep-card.js';
import { LASTING, outlineQuestion, overviewQuestions } from './overview-questions.js';
import type { Outline } from './views/outline.js';
import type { ViewAnswer, ViewRequest } from './view-request.js';

/** So long an answer waits for the page that will ask for it. */
const PATIENCE_MS = 5000;
/** Answers that may wait at once. */
const MOST = 64;

export interface Hosts {
  readonly views: ResultsHost;
  readonly slow: ResultsHost;
  readonly maps: ResultsHost;
}

interface Begun {
  readonly answer: Promise<ViewAnswer>;
  /** Ends the wait of one that is not answered yet. */
  readonly stop: AbortController;
  readonly patience: NodeJS.Timeout;
}

/**
 * Answers questions about results; those of a page that is being loaded before it asks them, while the browser starts it. Such an
 * answer is given once, and is no older than the page's own request.
 */
export class AnswersAhead {
  readonly #hosts: Hosts;
  readonly #begun = new Map<string, Begun>();

  constructor(hosts: Hosts) {
    this.#hosts = hosts;
  }

  /** Throws as ResultsHost.ask. */
  ask(request: ViewRequest, signal: AbortSignal): Promise<ViewAnswer> {
    const key = keyOf(request);
    const begun = this.#begun.get(key);
    if (begun === undefined) return this.#host(request).ask(request, signal);
    this.#begun.delete(key);
    clearTimeout(begun.patience);
    signal.addEventListener('abort', () => begun.stop.abort());
    return begun.answer;
  }

  /**
   * The sweep that was launched last is looked at first: its results are opened now, and what reads them is compiled. What goes
   * wrong the page is told when it asks.
   */
  async prepare(board: SweepBoard): Promise<void> {
    const cards = await board.cards().catch(() => []);
    const launchedAt = ({ launched }: SweepCard): string => launched ?? '';
    const [newest] = cards
      .filter(({ checkpoints }) => checkpoints.done > 0)
      .sort((a, b) => (launchedAt(a) < launchedAt(b) ? 1 : -1));
    if (newest !== undefined) await this.begin(newest.name, new URLSearchParams(), '');
  }

  /** The page of a sweep is asked for, by an address with this view ('': the Overview) and query. */
  async begin(sweep: string, query: URLSearchParams, view: string): Promise<void> {
    const outline = { ...outlineQuestion(view, query), sweep };
    // The other process opens the results meanwhile.
    this.#hosts.slow.ask(outline, AbortSignal.timeout(PATIENCE_MS)).catch(() => undefined);
    const answer = await this.#begin(outline);
    if (view !== '' || answer === null) return;
    const found = JSON.parse(String(answer.body)) as Outline | null;
    if (found === null) return;
    const lasting = Object.fromEntries(LASTING.map((name) => [name, query.get(name) ?? '']));
    for (const question of overviewQuestions(found, lasting)) void this.#begin({ ...question, sweep });
  }

  /** `null` where it goes wrong, or is not begun: the page asks itself, and is told. */
  async #begin(request: ViewRequest): Promise<ViewAnswer | null> {
    if (this.#begun.size >= MOST) return null;
    const key = keyOf(request);
    const stop = new AbortController();
    const answer = this.#host(request).ask(request, stop.signal);
    const forget = (): void => {
      if (this.#begun.get(key)?.answer === answer) this.#begun.delete(key);
    };
    const patience = setTimeout(() => {
      forget();
      stop.abort();
    }, PATIENCE_MS).unref();
    this.#begun.set(key, { answer, stop, patience });
    return answer.catch(() => {
      forget();
      return null;
    });
  }

  #host({ view }: ViewRequest): ResultsHost {
    const { views, slow, maps } = this.#hosts;
    return mapViews.has(view) ? maps : slowViews.has(view) ? slow : views;
  }
}

function keyOf({ view, sweep, parameters }: ViewRequest): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return JSON.stringify([view, sweep, given.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
