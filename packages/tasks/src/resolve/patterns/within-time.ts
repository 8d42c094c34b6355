import { createContext, Script } from 'node:vm';

const sandbox: { work: () => unknown } = { work: () => undefined };
const context = createContext(sandbox);
const script = new Script('work()');

/**
 * Runs `work`, which waits for nothing, and ends it in the middle once it has taken so long. Throws what it throws, and
 * an error of the code ERR_SCRIPT_EXECUTION_TIMEOUT.
 */
export function withinTime<T>(milliseconds: number, work: () => T): T {
  sandbox.work = work;
  try {
    return script.runInContext(context, { timeout: Math.max(1, Math.floor(milliseconds)) }) as T;
  } finally {
    sandbox.work = () => undefined;
  }
}

/** Whether withinTime has ended the work. */
export function isOverTime(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
