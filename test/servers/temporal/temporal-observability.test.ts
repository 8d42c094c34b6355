import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { BIN } from '../../e2e/support/command-line.js';
import { activationSweep } from '../activation-sweep.js';
import { freshAddress, useS3Server } from '../s3-server.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { workerOf, type TestWorker } from '../workers.js';

const s3 = useS3Server();
useTemporalServer();

interface Span {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

/** A collector of traces: what came to it by OTLP over HTTP, as JSON. */
async function collector(): Promise<{ url: string; spans: Span[] }> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as Export;
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans };
}

function started(worker: TestWorker): Record<string, unknown> {
  const line = worker
    .log()
    .split('\n')
    .find((text) => text.includes('"worker runs"'));
  return JSON.parse(line ?? '{}') as Record<string, unknown>;
}

async function metricsOf(worker: TestWorker): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${String(started(worker)['port'])}/metrics`);
  return await answer.text();
}

async function swept(): Promise<void> {
  const sweep = await activationSweep();
  const client = await sweepClient();
  const { run } = await client.launch(sweep.manifest, freshAddress(s3()), { spec: sweep.text });
  expect(await run.result()).toMatchObject({ cells: { done: sweep.tasks, failed: 0 } });
}

it('shows the metrics of Temporal, of the store and of its build on one port, and logs what it is', async () => {
  const worker = await workerOf(BIN, {});
  await swept();
  const metrics = await metricsOf(worker);
  for (const name of [
    'temporal_worker_task_slots_available',
    'temporal_activity_schedule_to_start_latency_seconds_bucket',
    'temporal_sticky_cache_size',
    'unitscope_store_request_seconds_bucket',
  ])
    expect(metrics).toContain(`\n${name}{`);
  const value = (series: string): number =>
    Number(new RegExp(`^${series.replace(/[{}"]/g, '\\$&')} (.+)$`, 'm').exec(metrics)?.[1]);
  // Twelve activation files were read, and as many unit objects written.
  expect(value('unitscope_store_requests_total{operation="PutObject"}')).toBeGreaterThanOrEqual(12);
  expect(value('unitscope_store_bytes_total{direction="received"}')).toBeGreaterThan(10_000);
  expect(metrics).toMatch(
    /^unitscope_build_info\{version="[\d.]+",semantics="\d+",node="[\d.]+",arch="\w+"\} 1$/m,
  );
  // Every line is of the format: one name a metric, and no metric described twice.
  const described = [...metrics.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(new Set(described).size).toBe(described.length);
  expect(started(worker)).toMatchObject({
    version: expect.stringMatching(/^\d/) as unknown,
    namespace: 'default',
    address: process.env['TEMPORAL_ADDRESS'],
    queues: ['unitscope', 'unitscope-extract', 'unitscope-measure'],
    traces: false,
  });
});

it('sends spans of sweep, checkpoint, batch and task where a collector is named', async () => {
  const { url, spans } = await collector();
  const worker = await workerOf(BIN, { OTEL_EXPORTER_OTLP_ENDPOINT: url });
  expect(started(worker)['traces']).toBe(true);
  await swept();
  expect(await worker.drain()).toBe(0);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const lineOf = (span: Span | undefined): string[] =>
    span === undefined ? [] : [...lineOf(byId.get(span.parentSpanId ?? '')), span.name];
  const tasks = spans.filter(({ name }) => name === 'task cells');
  expect(tasks).toHaveLength(12);
  for (const task of tasks) {
    const line = lineOf(task).filter((name) => name.startsWith('Run') || name === 'task cells');
    expect(line).toEqual([
      'RunWorkflow:sweepWorkflow',
      'RunWorkflow:checkpointWorkflow',
      'RunActivity:measureTasks',
      'task cells',
    ]);
  }
});
