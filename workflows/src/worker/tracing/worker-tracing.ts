import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  type OpenTelemetryWorkflowExporter,
} from '@temporalio/interceptors-opentelemetry';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';
import type { BuildFacts } from '../worker-metrics.js';

/** What makes a worker's spans: sweep → checkpoint → batch → task. */
export interface WorkerTracing {
  readonly sinks: InjectedSinks<{ exporter: OpenTelemetryWorkflowExporter }>;
  readonly interceptors: WorkerInterceptors;
  /** Sends what is not sent yet. */
  close(): Promise<void>;
}

/**
 * Spans go by OTLP over HTTP to the collector that the environment names (OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS …;
 * OTEL_SERVICE_NAME).
 */
export function startTracing(facts: BuildFacts): WorkerTracing {
  const resource = new Resource({
    'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'unitscope-worker',
    'service.version': facts.version,
  });
  const processor = new BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  return {
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
    interceptors: {
      activity: [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })],
    },
    close: () => provider.shutdown(),
  };
}
