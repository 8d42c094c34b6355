import { createServer } from 'node:net';
import type { MetricsExporterConfig } from '@temporalio/worker';

/**
 * What Temporal's SDK counts (slots, schedule-to-start, sticky cache …). Its native part can serve that on a port of its own
 * only: a free one on loopback, which the worker's page reads.
 */
export class SdkMetrics {
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  static async atFreePort(): Promise<SdkMetrics> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return new SdkMetrics(port);
  }

  /** For Runtime.install. */
  get exporter(): MetricsExporterConfig {
    return {
      prometheus: {
        bindAddress: `127.0.0.1:${this.#port}`,
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
      },
    };
  }

  /** Empty where the SDK does not answer: the worker's own figures are shown all the same. */
  async text(): Promise<string> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.#port}/metrics`, {
        signal: AbortSignal.timeout(2000),
      });
      return answer.ok ? await answer.text() : '';
    } catch {
      return '';
    }
  }
}
