import type { ObjectStore } from '@unitscope/store';
import type { Execution } from '@unitscope/tasks';
import type { SweepClient } from '@unitscope/workflows';

const CONNECT_MS = 2000;

/** What Temporal says of a store's sweeps. It is asked of those alone that were launched there. */
export class Executions {
  readonly #store: ObjectStore;
  #client: Promise<SweepClient> | null = null;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * The sweep's last execution; null where it was never launched on Temporal, or the server has forgotten it. Where the
   * server that the environment names does not answer, or is another, `note` says so, and the state is that of an ended one.
   */
  async of(sweep: string): Promise<Execution | null> {
    const { executionOf } = await import('@unitscope/tasks');
    const noted = await executionOf(this.#store, sweep);
    if (noted === null) return null;
    const where = `the Temporal server ${noted.address}, namespace ${noted.namespace}`;
    try {
      const client = await (this.#client ??= this.#connect());
      const found = await client.execution(sweep, this.#store.uri);
      if (found !== null || (client.address === noted.address && client.namespace === noted.namespace))
        return found;
      const note = `it was launched on ${where}, and another one answers: set TEMPORAL_ADDRESS to know whether it runs there`;
      return { state: 'unknown', note };
    } catch {
      return {
        state: 'unknown',
        note: `it was launched on ${where}, which does not answer: whether it runs there is not known`,
      };
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    await client?.close();
  }

  async #connect(): Promise<SweepClient> {
    const { SweepClient: Sweeps } = await import('@unitscope/workflows');
    return await Sweeps.connect({ milliseconds: CONNECT_MS });
  }
}

/** Runs `work` with what Temporal says of a store's sweeps. */
export async function withExecutions<T>(
  store: ObjectStore,
  work: (executionOf: (sweep: string) => Promise<Execution | null>) => Promise<T>,
): Promise<T> {
  const executions = new Executions(store);
  try {
    return await work((sweep) => executions.of(sweep));
  } finally {
    await executions.close();
  }
}

/**
 * Throws HeldError where Temporal runs the sweep; `unlessKnown`: also where it was launched there and nobody answers.
 * Answers whether an execution of it has ended for certain.
 */
export async function refuseWhileItRuns(
  store: ObjectStore,
  sweep: string,
  { unlessKnown }: { readonly unlessKnown: boolean },
): Promise<boolean> {
  const { HeldError } = await import('@unitscope/tasks');
  const execution = await withExecutions(store, (executionOf) => executionOf(sweep));
  if (execution?.state === 'running' || execution?.state === 'paused') {
    throw new HeldError(
      `sweep "${sweep}" is ${execution.state} on Temporal: wait for its end (\`unitscope watch ${sweep}\`), ` +
        `or cancel it (\`unitscope cancel ${sweep}\`)`,
    );
  }
  if (execution?.state === 'unknown' && unlessKnown) {
    throw new HeldError(
      `sweep "${sweep}": ${execution.note ?? ''}; if it does not, \`unitscope remove ${sweep} --force\` removes it`,
    );
  }
  return execution !== null && execution.state !== 'unknown';
}

/** Throws HeldError where a sweep of the store runs, or may: its Temporal server does not answer. */
export async function refuseWhileAnyRuns(store: ObjectStore): Promise<void> {
  const { HeldError, sweepNames, whoIsAt } = await import('@unitscope/tasks');
  const found = await withExecutions(store, async (executionOf) => {
    for (const name of await sweepNames(store)) {
      // What it was launched on cannot be read where its note is damaged: then nobody knows of a run.
      const execution = await executionOf(name).catch(() => null);
      const at = await whoIsAt(store, name, execution);
      if (at !== null) return `sweep "${name}" is ${at.state} ${at.note}`;
      if (execution?.state === 'unknown') return `sweep "${name}" may be running: ${execution.note ?? ''}`;
    }
    return null;
  });
  if (found === null) return;
  throw new HeldError(
    `nothing is removed, since a sweep of ${store.uri} is at work: ${found}. Wait for its end, or say --beside-running: ` +
      'a running sweep loses nothing by it',
  );
}
