import { Client, Connection, WorkflowNotFoundError, type WorkflowStartOptions } from '@temporalio/client';
import type { Manifest } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import {
  expectPrepared,
  noteExecution,
  prepareSweep,
  takeSweep,
  uploadInputs,
  type Execution,
  type Lease,
  type UploadOptions,
} from '@unitscope/tasks';
import { SweepAmbiguousError, SweepNotRunningError, SweepRunningError } from '../errors.js';
import {
  defaultPace,
  taskQueues,
  type Pace,
  type Scope,
  type SweepMemo,
  type SweepRef,
} from '../messages/messages.js';
import { sweepMemoSchema } from '../messages/payload-schemas.js';
import type { WantedSweeps } from './search-attributes.js';
import { executionState } from './execution-state.js';
import { ListedSweeps, type SweepListing } from './listed-sweeps.js';
import { RunningSweep } from './running-sweep.js';
import { sweepWorkflowId } from './sweep-workflow-id.js';
import { refuseSecrets } from '../store-address.js';
import { sweepRef } from '../sweep-ref.js';
import { connected } from './temporal-connection.js';
import { temporalSettings } from './temporal-settings.js';
import type { sweepWorkflow } from '../workflows/sweep-workflow.js';

const ANSWER_MS = 3000;

export interface LaunchOptions {
  readonly spec: string;
  /** Take over the name of a sweep with other content; never that of a running one. */
  readonly replace?: boolean;
  /** Checkpoints at work at once. */
  readonly window?: number | undefined;
  readonly pace?: Partial<Pace> | undefined;
  /** More checkpoints may join, until there are so many or it is told to finish. */
  readonly follow?: { readonly until: number | null } | undefined;
  /** Called as the inputs travel to the store. */
  readonly onUpload?: UploadOptions['onProgress'];
}

/** Talks to the sweeps of a Temporal namespace. */
export class SweepClient {
  readonly address: string;
  readonly namespace: string;
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #listed: ListedSweeps;

  private constructor(address: string, namespace: string, connection: Connection, client: Client) {
    this.address = address;
    this.namespace = namespace;
    this.#connection = connection;
    this.#client = client;
    this.#listed = new ListedSweeps(client.workflow);
  }

  /** Connects by Temporal's own environment configuration, waiting so long for an answer. Throws what `connected` throws. */
  static async connect({ milliseconds = 5000 } = {}): Promise<SweepClient> {
    const settings = temporalSettings();
    const { address, namespace, connection: options } = settings;
    const connection = await connected(settings, () =>
      Connection.connect({ ...options, connectTimeout: milliseconds }),
    );
    return new SweepClient(address, namespace, connection, new Client({ connection, namespace }));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /**
   * Launches a sweep, or attaches to it where it runs already. Throws SweepRunningError where one of its name runs with
   * other content or other inputs, SweepNameTakenError, StoreSecretError, and what the store throws.
   */
  async launch(
    manifest: Manifest,
    address: string,
    options: LaunchOptions,
  ): Promise<{ run: RunningSweep; attached: boolean }> {
    refuseSecrets(address);
    const store = await openStore(address);
    // Launches of one name come one after another, on whatever machines they are.
    const lease = await takeSweep(store, manifest, 'launch');
    try {
      return await this.#launch(store, manifest, lease, options);
    } finally {
      await lease.release();
    }
  }

  async #launch(
    store: ObjectStore,
    manifest: Manifest,
    lease: Lease,
    options: LaunchOptions,
  ): Promise<{ run: RunningSweep; attached: boolean }> {
    const ref = sweepRef(manifest, store.uri);
    // Of a sweep that follows the checkpoints are not known yet.
    const content = `${manifest.specDigest} ${options.follow === undefined ? ref.manifest : 'follows'}`;
    const workflowId = sweepWorkflowId(ref);
    const running = await this.#runningContent(workflowId);
    if (running !== null) {
      if (running !== content) throw this.#otherContent(ref.sweep, running, manifest.specDigest);
      return { run: this.#handle(workflowId), attached: true };
    }
    await prepareSweep(store, manifest, options.spec, { replace: options.replace === true, lease });
    const { onUpload } = options;
    await uploadInputs(manifest, store, onUpload === undefined ? {} : { onProgress: onUpload });
    await lease.check(`sweep "${manifest.sweep}"`);
    const handle = await this.#start(store, ref, content, 'all', options);
    return { run: handle, attached: false };
  }

  /**
   * What this server says of a sweep in a store, running or ended; null: it never ran here, or so long ago that the server
   * has forgotten it.
   */
  async execution(sweep: string, uri: string): Promise<Execution | null> {
    const run = this.#handle(sweepWorkflowId({ sweep, store: uri }));
    if (!(await run.exists())) return null;
    const state = executionState(await run.status());
    if (state !== 'running') return { state };
    const progress = await answered(run.progress());
    if (progress !== null) return { state: progress.state === 'paused' ? 'paused' : 'running' };
    return { state, note: 'no worker answers; start one where the store can be reached: unitscope worker' };
  }

  /**
   * Address of the store of a sweep that nobody named a store for: `address` where the sweep runs or ran in it, else the
   * only one it runs or ran in on this server. Throws SweepNotRunningError, SweepAmbiguousError.
   */
  async storeOf(sweep: string, address: string): Promise<string> {
    const { uri } = await openStore(address);
    if (await this.#handle(sweepWorkflowId({ sweep, store: uri })).exists()) return address;
    const stores = new Set<string>();
    for (const listing of await this.list({ sweep })) stores.add(listing.store);
    const [only] = stores;
    if (only === undefined) throw this.#neverRan(sweep, uri);
    if (stores.size === 1) return only;
    throw new SweepAmbiguousError(
      `"${sweep}" is the name of sweeps in ${stores.size} stores: say which with --store ` +
        `[${[...stores].sort().join(', ')}]`,
    );
  }

  /** The sweep of this name in this store, running or ended. Throws SweepNotRunningError where it never ran here. */
  async find(sweep: string, address: string): Promise<RunningSweep> {
    const { uri } = await openStore(address);
    const workflowId = sweepWorkflowId({ sweep, store: uri });
    const run = this.#handle(workflowId);
    if (await run.exists()) return run;
    throw this.#neverRan(sweep, uri);
  }

  /** Does the tasks of an ended sweep that were set aside again; of a running one: tells it to. */
  async retry(
    manifest: Manifest,
    address: string,
    options: Partial<LaunchOptions> = {},
  ): Promise<RunningSweep> {
    refuseSecrets(address);
    const store = await openStore(address);
    const ref = sweepRef(manifest, store.uri);
    const workflowId = sweepWorkflowId(ref);
    if ((await this.#runningContent(workflowId)) !== null) {
      const run = this.#handle(workflowId);
      await run.retryFailed();
      return run;
    }
    const lease = await takeSweep(store, manifest, 'launch');
    try {
      await expectPrepared(store, manifest);
      return await this.#start(store, ref, `${manifest.specDigest} ${ref.manifest}`, 'failed', options);
    } finally {
      await lease.release();
    }
  }

  /**
   * The sweeps that run or ran here, the latest first: all, those of a name, or those in a store; at most so many. Where the
   * namespace has the search attributes the server looks for them, else it tells all and their memos are compared.
   */
  async list(wanted: WantedSweeps & { readonly most?: number | undefined } = {}): Promise<SweepListing[]> {
    return this.#listed.list(wanted);
  }

  /** How many sweeps run or ran here, and how many run: nothing is listed for it. */
  async count(): Promise<{ all: number; running: number }> {
    return this.#listed.count();
  }

  async #start(
    held: ObjectStore,
    ref: SweepRef,
    content: string,
    scope: Scope,
    { window, pace, follow }: Partial<LaunchOptions>,
  ): Promise<RunningSweep> {
    const { sweep, store } = ref;
    const memo: SweepMemo = { sweep, store, content };
    const workflowId = sweepWorkflowId(ref);
    const { address, namespace } = this;
    await noteExecution(held, sweep, { engine: 'temporal', address, namespace, workflowId });
    const options: WorkflowStartOptions<typeof sweepWorkflow> = {
      workflowId,
      taskQueue: taskQueues.sweep,
      workflowIdConflictPolicy: 'USE_EXISTING',
      memo: { ...memo },
      staticSummary: `sweep ${sweep}`,
      args: [
        {
          ref,
          scope,
          window: window ?? 4,
          fits: window === undefined,
          pace: { ...defaultPace, ...pace },
          ...(follow !== undefined && { follow }),
        },
      ],
    };
    await this.#listed.start(options, memo);
    return this.#handle(workflowId);
  }

  /** Content of the running execution of this id; null where none runs. */
  async #runningContent(workflowId: string): Promise<string | null> {
    try {
      const { status, memo } = await this.#client.workflow.getHandle(workflowId).describe();
      if (status.name !== 'RUNNING') return null;
      return sweepMemoSchema.safeParse(memo ?? {}).data?.content ?? '';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  #neverRan(sweep: string, uri: string): SweepNotRunningError {
    return new SweepNotRunningError(
      `sweep "${sweep}" has not run on the Temporal server ${this.address} [store=${uri}]; ` +
        `\`unitscope sweep SPEC --engine temporal\` launches it, \`unitscope sweeps --engine temporal\` lists those there are`,
    );
  }

  #otherContent(sweep: string, running: string, digest: string): SweepRunningError {
    const sameSpec = running.startsWith(digest);
    return new SweepRunningError(
      `a sweep "${sweep}" is running with other ${sameSpec ? 'checkpoints or images' : 'content'}: ` +
        `wait for its end (\`unitscope watch ${sweep}\`), cancel it (\`unitscope cancel ${sweep}\`), or choose another name`,
    );
  }

  #handle(workflowId: string): RunningSweep {
    return new RunningSweep(this.#client, this.#client.workflow.getHandle(workflowId));
  }
}

/** What a worker answers, or null where none does for a while. */
async function answered<T>(question: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ANSWER_MS);
  });
  const answer = await Promise.race([question.catch(() => null), late]);
  clearTimeout(timer);
  return answer;
}
