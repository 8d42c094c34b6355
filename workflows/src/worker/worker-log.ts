import { DefaultLogger, type LogLevel } from '@temporalio/worker';
import { jsonText } from '@unitscope/base';

/** So it is by design: a warning at every start would only worry. */
const EXPECTED = new Set([
  'No workflows registered, not polling for workflow tasks',
  'No Nexus services registered, not polling for Nexus tasks',
]);

/** Logs one JSON object a line to stderr. Arguments of activities are not among what the SDK logs. */
export function jsonLogger(level: LogLevel = 'INFO'): DefaultLogger {
  return new DefaultLogger(level, ({ level: severity, message, timestampNanos, meta }) => {
    if (EXPECTED.has(message)) return;
    const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
    const entry = { time, level: severity.toLowerCase(), message, ...(meta as object | undefined) };
    process.stderr.write(`${jsonText(entry, plain)}\n`);
  });
}

function plain(key: string, value: unknown): unknown {
  // Ids that are there in words, encoded once more.
  if (key === 'taskToken') return undefined;
  if (value instanceof Error) {
    const { name, message, cause } = value;
    return { name, message, ...(cause !== undefined && { cause }) };
  }
  return typeof value === 'bigint' ? String(value) : value;
}
