import { createHash } from 'node:crypto';
import {
  Client,
  Connection,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
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
import { SweepAmbiguousError, SweepFailedError, SweepNotRunningError, SweepRunningError } from '../errors.js';
import {
  defaultPace,
  taskQueues,
  type CheckpointProgress,
  type Pace,
  type Scope,
  type SweepMemo,
  type SweepProgressReport,
  type SweepRef,
  type SweepResult,
} from '../messages/messages.js';
import { sweepMemoSchema } from '../messages/payload-schemas.js';
import {
  ALL_SWEEPS,
  lacksAttributes,
  narrowQuery,
  sweepAttributes,
  type WantedSweeps,
} from './search-attributes.js';
import { refuseSecrets } from '../store-address.js';
import { sweepRef } from '../sweep-ref.js';
import { connected } from './temporal-connection.js';
import { temporalSettings } from './temporal-settings.js';
import {
  addCheckpoints,
  checkpointProgress,
  finishFollowing,
  pauseSweep,
  resumeSweep,
  retryFailed,
  setWindow,
  sweepProgress,
} from '../workflows/definitions.js';
import type { sweepWorkflow } from '../workflows/sweep-workflow.js';

const ANSWER_MS = 3000;
/** Executions of a page of a list. */
const PAGE = 100;

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

export interface SweepListing extends SweepMemo {
  readonly workflowId: string;
  readonly state: string;
  readonly started: Date;
  readonly ended: Date | null;
}

/** How far a sweep is, its running checkpoints included. */
export interface LiveProgress extends SweepProgressReport {
  readonly open: readonly CheckpointProgress[];
}

/** Talks to the sweeps of a Temporal namespace. */
export class SweepClient {
  readonly address: string;
  readonly namespace: string;
  readonly #connection: Connection;
  readonly #client: Client;
  /** Whether the namespace has the search attributes; true until the server says otherwise. */
  #hasAttributes = true;

  private constructor(address: string, namespace: string, connection: Connection, client: Client) {
    this.address = address;
    this.namespace = namespace;
    this.#connection = connection;
    this.#client = client;
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
    const { most = Infinity } = wanted;
    const sweeps: SweepListing[] = [];
    for await (const info of this.#executions(wanted)) {
      if (sweeps.length >= most) break;
      const listing = listingOf(info);
      if (listing === null) continue;
      if (wanted.sweep !== undefined && listing.sweep !== wanted.sweep) continue;
      if (wanted.store !== undefined && listing.store !== wanted.store) continue;
      sweeps.push(listing);
    }
    return sweeps;
  }

  /** How many sweeps run or ran here, and how many run: nothing is listed for it. */
  async count(): Promise<{ all: number; running: number }> {
    const [all, running] = await Promise.all(
      [ALL_SWEEPS, `${ALL_SWEEPS} AND ExecutionStatus = 'Running'`].map((query) =>
        this.#client.workflow.count(query),
      ),
    );
    return { all: all?.count ?? 0, running: running?.count ?? 0 };
  }

  async *#executions(wanted: WantedSweeps): AsyncGenerator<WorkflowExecutionInfo> {
    const query = narrowQuery(wanted);
    if (query !== null && this.#hasAttributes) {
      try {
        yield* this.#client.workflow.list({ query, pageSize: PAGE });
        return;
      } catch (error) {
        if (!lacksAttributes(error)) throw error; // said of the first page: nothing was told yet
        this.#hasAttributes = false;
      }
    }
    yield* this.#client.workflow.list({ query: ALL_SWEEPS, pageSize: PAGE });
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
    await this.#startNamed(options, memo);
    return this.#handle(workflowId);
  }

  /** With the search attributes, where the namespace has them. */
  async #startNamed(options: WorkflowStartOptions<typeof sweepWorkflow>, memo: SweepMemo): Promise<void> {
    const { workflow } = this.#client;
    if (this.#hasAttributes) {
      try {
        const typedSearchAttributes = sweepAttributes(memo);
        await workflow.start<typeof sweepWorkflow>('sweepWorkflow', { ...options, typedSearchAttributes });
        return;
      } catch (error) {
        if (!lacksAttributes(error)) throw error;
        this.#hasAttributes = false;
      }
    }
    await workflow.start<typeof sweepWorkflow>('sweepWorkflow', options);
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

/** Any client may start a workflow of this type: one whose memo is not ours, or not of its id, is no sweep. */
function listingOf({
  memo,
  workflowId,
  status,
  startTime,
  closeTime,
}: WorkflowExecutionInfo): SweepListing | null {
  const known = sweepMemoSchema.safeParse(memo ?? {}).data;
  if (known === undefined || workflowId !== sweepWorkflowId(known)) return null;
  const { sweep, store, content } = known;
  const state = status.name.toLowerCase();
  return { sweep, store, content, workflowId, state, started: startTime, ended: closeTime ?? null };
}

/** A sweep on a Temporal server. */
export class RunningSweep {
  readonly workflowId: string;
  readonly #client: Client;
  readonly #handle: WorkflowHandle<typeof sweepWorkflow>;
  /** What running checkpoints said last, those asked longest ago first. */
  readonly #asked = new Map<number, CheckpointProgress | null>();

  constructor(client: Client, handle: WorkflowHandle<typeof sweepWorkflow>) {
    this.workflowId = handle.workflowId;
    this.#client = client;
    this.#handle = handle;
  }

  async exists(): Promise<boolean> {
    return this.status().then(
      () => true,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      },
    );
  }

  /** running, completed, failed, cancelled, terminated … */
  async status(): Promise<string> {
    const { status } = await this.#handle.describe();
    return status.name.toLowerCase();
  }

  /** Throws SweepNotRunningError where it has ended. */
  async expectRunning(sweep: string): Promise<void> {
    const status = await this.status();
    if (status === 'running') return;
    throw new SweepNotRunningError(`sweep "${sweep}": expected it running, found it ${status}`);
  }

  /** How long its last execution took; null while it runs. */
  async seconds(): Promise<number | null> {
    const { startTime, closeTime } = await this.#handle.describe();
    return closeTime === undefined ? null : (closeTime.getTime() - startTime.getTime()) / 1000;
  }

  /**
   * Needs a worker that answers. Each question is an action that Temporal Cloud counts: of the running checkpoints at most
   * so many are asked, those asked longest ago; of the others it says what they said then.
   */
  async progress(most = Infinity): Promise<LiveProgress> {
    const report = await this.#handle.query(sweepProgress);
    const running = new Set(report.running);
    for (const checkpoint of this.#asked.keys()) if (!running.has(checkpoint)) this.#asked.delete(checkpoint);
    const asked = [...this.#asked.keys()];
    const byAge = [...report.running.filter((checkpoint) => !this.#asked.has(checkpoint)), ...asked];
    await Promise.all(byAge.slice(0, most).map((checkpoint) => this.#ask(checkpoint)));
    const open = report.running.map((checkpoint) => this.#asked.get(checkpoint) ?? null);
    return { ...report, open: open.filter((progress) => progress !== null) };
  }

  async #ask(checkpoint: number): Promise<void> {
    const handle = this.#client.workflow.getHandle(`${this.workflowId}/checkpoint-${checkpoint}`);
    // One that has not begun yet, or is over this moment, says nothing.
    const progress = await handle.query(checkpointProgress).catch(() => null);
    this.#asked.delete(checkpoint); // the latest is last
    this.#asked.set(checkpoint, progress);
  }

  /** Why activities that wait for another attempt failed, of the sweep itself and of these checkpoints. */
  async troubles(checkpoints: readonly number[]): Promise<string[]> {
    const ids = [this.workflowId, ...checkpoints.map((i) => `${this.workflowId}/checkpoint-${i}`)];
    const messages = await Promise.all(
      ids.map(async (id) => {
        const { raw } = await this.#client.workflow.getHandle(id).describe();
        return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '');
      }),
    );
    return [...new Set(messages.flat())].filter((message) => message !== '');
  }

  async pause(): Promise<void> {
    await this.#handle.executeUpdate(pauseSweep);
  }

  async resume(): Promise<void> {
    await this.#handle.executeUpdate(resumeSweep);
  }

  /** Answers of how many checkpoints. */
  async retryFailed(): Promise<number> {
    return this.#handle.executeUpdate(retryFailed);
  }

  async setWindow(window: number): Promise<void> {
    await this.#handle.executeUpdate(setWindow, { args: [window] });
  }

  /** The manifest has grown to this one (extendManifest): its inputs and itself go to the store, and the sweep goes on with it. */
  async addCheckpoints(manifest: Manifest, address: string, spec: string): Promise<number> {
    const store = await openStore(address);
    await prepareSweep(store, manifest, spec, { replace: false });
    await uploadInputs(manifest, store);
    return this.#handle.executeUpdate(addCheckpoints, { args: [sweepRef(manifest, store.uri)] });
  }

  async finish(): Promise<void> {
    await this.#handle.executeUpdate(finishFollowing);
  }

  /** Reaches the children and what they run; `result` then throws SWEEP_CANCELLED. */
  async cancel(): Promise<void> {
    await this.#handle.cancel();
  }

  /** Waits for the end. Throws SweepFailedError where it was cancelled, terminated or could not go on. */
  async result(): Promise<SweepResult> {
    try {
      return await this.#handle.result();
    } catch (error) {
      if (error instanceof WorkflowFailedError) throw endOf(error);
      throw error;
    }
  }
}

/** An execution's status on the server as a state of its sweep. */
export function executionState(status: string): 'running' | 'completed' | 'cancelled' | 'failed' {
  if (status === 'running' || status === 'completed') return status;
  const cancelled = ['canceled', 'cancelled', 'terminated'].includes(status);
  return cancelled ? 'cancelled' : status === 'continued_as_new' ? 'running' : 'failed';
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

/** The id of a sweep's workflow: one execution a store and name. */
export function sweepWorkflowId({ sweep, store }: Pick<SweepRef, 'sweep' | 'store'>): string {
  return `unitscope-${sweep}-${createHash('sha256').update(store).digest('hex').slice(0, 12)}`;
}

function endOf(error: WorkflowFailedError): SweepFailedError {
  let cause: unknown = error.cause;
  if (cause instanceof CancelledFailure) {
    return new SweepFailedError('SWEEP_CANCELLED', 'the sweep was cancelled; finished tasks are kept');
  }
  if (cause instanceof TerminatedFailure) {
    return new SweepFailedError('SWEEP_TERMINATED', 'the sweep was terminated; finished tasks are kept');
  }
  // Workflow → child → activity: the last says why.
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'SWEEP_FAILED') : 'SWEEP_FAILED';
  const message = cause instanceof Error ? cause.message : error.message;
  return new SweepFailedError(code, `the sweep had to stop, its finished tasks are kept: ${message}`);
}
