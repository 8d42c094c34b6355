import { troubleOf } from '@unitscope/engine';
import type { TaskOutcome } from '@unitscope/tasks';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a worker counts; `/metrics` shows it in the Prometheus text format. */
export class WorkerMetrics {
  readonly #registry = new Registry();
  readonly #tasks = this.#counter('unitscope_tasks_total', 'Tasks done.', ['kind']);
  readonly #failures = this.#counter('unitscope_task_failures_total', 'Attempts at tasks that failed.', [
    'kind',
    'code',
    'trouble',
  ]);
  readonly #ailing = new Gauge({
    name: 'unitscope_worker_ailing',
    help: '1 while the worker rests or tries with one task at a time, for the trouble of this code.',
    labelNames: ['code'],
    registers: [this.#registry],
  });
  readonly #maps = this.#counter(
    'unitscope_maps_total',
    'Feature maps measured; its rate is maps a second.',
    [],
  );
  readonly #bytes = this.#counter('unitscope_map_bytes_total', 'Bytes of the feature maps measured.', []);
  readonly #cached = this.#counter('unitscope_cells_cached_total', 'Cells found done in the store.', []);
  readonly #running = new Gauge({
    name: 'unitscope_tasks_running',
    help: 'Tasks at work.',
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'unitscope_task_seconds',
    help: 'How long tasks took.',
    labelNames: ['kind'],
    buckets: [0.01, 0.1, 1, 10, 60, 600, 3600],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** A task begins; the answer is called at its end, with the code of its failure. */
  begin(kind: string): (failure: string | null) => void {
    this.#running.inc();
    const stop = this.#seconds.startTimer({ kind });
    return (code) => {
      this.#running.dec();
      stop();
      if (code === null) this.#tasks.inc({ kind });
      else this.#failures.inc({ kind, code, trouble: troubleOf(code) });
    };
  }

  /** What the worker suffers from; null: nothing. */
  ailing(code: string | null): void {
    this.#ailing.reset();
    if (code !== null) this.#ailing.set({ code }, 1);
  }

  measured({ maps, cached }: TaskOutcome, bytes: number): void {
    this.#maps.inc(maps);
    this.#cached.inc(cached);
    this.#bytes.inc(bytes);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}
