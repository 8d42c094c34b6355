import type { Connection } from '@temporalio/client';
import { TemporalAccessError, TemporalNamespaceError, TemporalUnreachableError } from '../errors.js';
import type { TemporalSettings } from './temporal-settings.js';

/** Status codes of gRPC. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** Connects, and asks for the namespace. Throws TemporalUnreachableError, TemporalAccessError, TemporalNamespaceError. */
export async function connected<C extends Pick<Connection, 'workflowService' | 'close'>>(
  { address, namespace }: TemporalSettings,
  connect: () => Promise<C>,
): Promise<C> {
  let connection: C;
  try {
    connection = await connect();
  } catch (error) {
    throw connectionError(address, error);
  }
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    const code = grpcCode(error);
    // Whoever may not describe it may still use it.
    if (code === PERMISSION_DENIED) return connection;
    await connection.close();
    if (code !== NOT_FOUND) throw connectionError(address, error);
    throw new TemporalNamespaceError(
      `the Temporal server ${address} has no namespace "${namespace}": set TEMPORAL_NAMESPACE, or make it ` +
        `(temporal operator namespace create --namespace ${namespace})`,
    );
  }
  return connection;
}

function connectionError(address: string, error: unknown): Error {
  const code = grpcCode(error);
  if (code === UNAUTHENTICATED || code === PERMISSION_DENIED) {
    return new TemporalAccessError(
      `the Temporal server ${address} refuses these credentials: check TEMPORAL_API_KEY, or the certificate of ` +
        `TEMPORAL_TLS_CLIENT_CERT_PATH, and TEMPORAL_NAMESPACE`,
    );
  }
  return new TemporalUnreachableError(
    `no Temporal server answers at ${address} (${shortReason(error)}): check TEMPORAL_ADDRESS and TEMPORAL_TLS, ` +
      'or start one (`unitscope dev`)',
  );
}

/** The native client's errors are its own data structures, printed. */
function shortReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const system = /kind: \w+, message: "([^"]+)"/.exec(text)?.[1];
  if (system !== undefined) return system.toLowerCase();
  if (/InvalidMessage|certificate|tls|ssl/i.test(text)) return 'TLS failed';
  return text.includes('deadline') ? 'no answer in time' : 'the connection failed';
}

function grpcCode(error: unknown): number | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'number') return code;
  }
  return undefined;
}
