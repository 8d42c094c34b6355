import { SpanStatusCode, trace } from '@opentelemetry/api';

/** Does `work` within a span, which fails where `failureOf` gives a reason. Costs nothing where nothing is traced. */
export async function inSpan<T>(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: () => Promise<T>,
  failureOf: (result: T) => string | null,
): Promise<T> {
  return trace.getTracer('unitscope').startActiveSpan(name, { attributes }, async (span) => {
    try {
      const result = await work();
      const failure = failureOf(result);
      if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
      return result;
    } catch (error) {
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.message : 'failed',
      });
      throw error;
    } finally {
      span.end();
    }
  });
}
