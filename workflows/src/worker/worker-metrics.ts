import { troubleOf } from '@unitscope/engine';
import type { TaskOutcome } from '@unitscope/tasks';
import { takeStoreTraffic, type StoreTraffic } from '@unitscope/store';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a worker is: labels of `unitscope_build_info`. */
export interface BuildFacts {
  readonly version: string;
  readonly semantics: string;
  readonly node: string;
  readonly arch: string;
}

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

  readonly #storeRequests = this.#counter('unitscope_store_requests_total', 'Requests to S3.', ['operation']);
  readonly #storeFailures = this.#counter(
    'unitscope_store_request_failures_total',
    'Requests to S3 that failed in the end; what was not there is one of them.',
    ['operation'],
  );
  readonly #storeRetries = this.#counter(
    'unitscope_store_retries_total',
    'Further attempts at requests to S3 after one that failed.',
    ['operation'],
  );
  readonly #storeBytes = this.#counter('unitscope_store_bytes_total', 'Bytes of objects.', ['direction']);
  readonly #storeSeconds = new Histogram({
    name: 'unitscope_store_request_seconds',
    help: 'Until the answer of a request to S3 began, all attempts included.',
    labelNames: ['operation'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers: [this.#registry],
  });
  /** The metrics of Temporal's SDK: see SdkMetrics. */
  readonly #sdk: { text(): Promise<string> } | null;

  constructor(facts: BuildFacts, sdk: { text(): Promise<string> } | null = null) {
    this.#sdk = sdk;
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: 'unitscope_build_info',
      help: 'Always 1; its labels say what the worker is.',
      labelNames: Object.keys(facts),
      registers: [this.#registry],
    }).set({ ...facts }, 1);
  }

  /** Resident memory above which no further task is begun. */
  limitMemory(bytes: number): void {
    new Gauge({
      name: 'unitscope_memory_limit_bytes',
      help: 'Resident memory above which no further task is begun (--memory).',
      registers: [this.#registry],
    }).set(bytes);
  }

  /** What this process or one of its threads asked of S3. */
  asked(traffic: StoreTraffic | undefined): void {
    for (const [operation, asked] of Object.entries(traffic ?? {})) {
      this.#storeRequests.inc({ operation }, asked.requests);
      this.#storeFailures.inc({ operation }, asked.failures);
      this.#storeRetries.inc({ operation }, asked.retries);
      this.#storeBytes.inc({ direction: 'sent' }, asked.bytesSent);
      this.#storeBytes.inc({ direction: 'received' }, asked.bytesReceived);
      for (const seconds of asked.seconds) this.#storeSeconds.observe({ operation }, seconds);
    }
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

  /** All of it in the Prometheus text format, the SDK's own after unitscope's. */
  async text(): Promise<string> {
    this.asked(takeStoreTraffic());
    return `${await this.#registry.metrics()}\n${(await this.#sdk?.text()) ?? ''}`;
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}
