import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, type DefaultLogger } from '@temporalio/worker';
import { AllowedStores } from '@unitscope/store';
import { ComputeHost } from './activities/compute-host.js';
import { SEMANTICS_VERSION } from '@unitscope/plan';
import { CheckpointFolder, PROGRAM_VERSION } from '@unitscope/tasks';
import { becomeFirst, currentVersion, defaultBuildId, type Deployment } from './client/deployment.js';
import { connected } from './client/temporal-connection.js';
import { temporalSettings, type TemporalSettings } from './client/temporal-settings.js';
import { createWorkers, type WorkerRole } from './worker/temporal-workers.js';
import { workerIdentity } from './worker/trouble/surroundings.js';
import { WorkerHealth } from './worker/trouble/worker-health.js';
import { jsonLogger } from './worker/worker-log.js';
import { availableMemory } from './worker/worker-memory.js';
import { SdkMetrics } from './worker/sdk-metrics.js';
import type { WorkerTracing } from './worker/tracing/worker-tracing.js';
import { wantsTraces } from './worker/tracing/wants-traces.js';
import { WorkerMetrics, type BuildFacts } from './worker/worker-metrics.js';
import { WorkerPage, type Health } from './worker/worker-page.js';

export interface WorkerHostOptions {
  readonly role?: WorkerRole | undefined;
  /** Tasks at work at once; default: one a core. */
  readonly threads?: number | undefined;
  /** Resident memory above which no further task is begun; default: three quarters of the container's, else the machine's. */
  readonly memoryBytes?: number | undefined;
  /** Port of /metrics and /healthz; 0: a free one; null: none. */
  readonly port?: number | null | undefined;
  /** Address that port listens on; default: loopback. */
  readonly host?: string | undefined;
  /** How long tasks that run may go on once the worker is to end. */
  readonly graceSeconds?: number | undefined;
  /**
   * Addresses of the stores that it serves, and of those that checkpoints and activation files are read from, with what
   * lies below them. Default: any bucket of the S3 server that the environment names, and no folder.
   */
  readonly stores?: readonly string[] | undefined;
  /** For how long a refusal (credentials, a full store) is taken for a passing one; then it may end the sweep. */
  readonly patienceSeconds?: number | undefined;
  /** Name of the Temporal worker deployment that it is of: only sweeps of its version are given to it. Default: none. */
  readonly deployment?: string | undefined;
  /** Its version within that deployment; default: told by the release and its numbers. */
  readonly buildId?: string | undefined;
  readonly logLevel?: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | undefined;
  /** Entry file of the threads (see serveTasks of the engine); default: the engine's own. */
  readonly entry?: URL | undefined;
  /** Called once the worker takes tasks. */
  readonly onReady?: ((facts: { readonly port: number | null }) => void) | undefined;
  /** When it aborts the worker drains: it takes nothing new, ends what runs, and the call returns. */
  readonly signal?: AbortSignal | undefined;
}

/** Bundled when the package is built (build.mjs). */
const bundle = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));
/** The same with the interceptors that make spans. */
const tracedBundle = fileURLToPath(new URL('./workflow-bundle-traced.js', import.meta.url));

/**
 * Runs a Temporal worker until `signal` aborts. Temporal's address comes from its environment configuration, the store
 * from each sweep. Throws StoreUriError, WorkerPortError, and what `connected` throws.
 */
export async function runWorker(options: WorkerHostOptions = {}): Promise<void> {
  const threads = options.threads ?? availableParallelism();
  const logger = jsonLogger(options.logLevel);
  const facts = buildFacts();
  const sdkMetrics = await SdkMetrics.atFreePort();
  const metrics = new WorkerMetrics(facts, sdkMetrics);
  // Loaded only where it is wanted: most of a second.
  const tracing = wantsTraces(process.env)
    ? (await import('./worker/tracing/worker-tracing.js')).startTracing(facts)
    : null;
  const health = reportedHealth(metrics, logger);
  const host = computeHost(options, threads, metrics, health);
  let state: Health['state'] = 'starting';
  const page =
    options.port === null
      ? null
      : await WorkerPage.listen(options.host ?? '127.0.0.1', options.port ?? 0, host.metrics, () =>
          healthOf(state, health),
        );
  installRuntime(logger, sdkMetrics);
  let connection: NativeConnection | null = null;
  try {
    const settings = temporalSettings();
    const partial = await CheckpointFolder.clean().catch(() => 0); // a cache that cannot be read says so where it is used
    if (partial > 0) logger.info('partial downloads removed', { count: partial });
    connection = await connected(settings, () => NativeConnection.connect(settings.connection));
    await takeTasks(connection, settings, {
      ...{ options, threads, logger, facts, host, tracing },
      port: page?.port ?? null,
      onState: (next) => (state = next),
    });
  } finally {
    await host.close();
    await page?.close();
    await connection?.close();
    // A collector that is away must not keep a worker from ending.
    await tracing?.close().catch(() => undefined);
  }
  logger.info('worker ended');
}

interface WorkerParts {
  readonly options: WorkerHostOptions;
  readonly threads: number;
  readonly logger: DefaultLogger;
  readonly facts: BuildFacts;
  readonly host: ComputeHost;
  readonly tracing: WorkerTracing | null;
  /** Of its page; null: it has none. */
  readonly port: number | null;
  readonly onState: (state: 'running' | 'draining') => void;
}

/** Takes tasks until the signal of the options aborts and what runs then is over. */
async function takeTasks(
  connection: NativeConnection,
  { address, namespace }: TemporalSettings,
  { options, threads, logger, facts, host, tracing, port, onState }: WorkerParts,
): Promise<void> {
  const { role, graceSeconds, signal, onReady } = options;
  const deployment = deploymentOf(options);
  const workers = await createWorkers({
    connection,
    namespace,
    host,
    workflowCode: tracing === null ? bundle : tracedBundle,
    threads,
    role,
    graceSeconds,
    deployment,
    tracing,
  });
  host.warm();
  const runs = workers.map((worker) => worker.run());
  whenAborted(signal, () => {
    onState('draining');
    logger.info('worker drains');
    host.drain();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  onState('running');
  await tellVersion(connection, namespace, deployment, logger);
  logger.info('worker runs', {
    ...facts,
    role: role ?? 'all',
    threads,
    address,
    namespace,
    queues: workers.map(({ options: { taskQueue } }) => taskQueue),
    port,
    traces: tracing !== null,
  });
  onReady?.({ port });
  await Promise.all(runs);
}

/** The worker's health, told to its metrics and its log. */
function reportedHealth(metrics: WorkerMetrics, logger: DefaultLogger): WorkerHealth {
  return new WorkerHealth(
    (ailment) => {
      metrics.ailing(ailment?.code ?? null);
      const { code, message: reason } = ailment ?? {};
      if (ailment === null) logger.info('worker is well again');
      else logger.error('worker ails: it rests, then tries with one task', { code, reason });
    },
    (reason) => logger.warn('worker refuses a sweep', { reason }),
  );
}

function computeHost(
  options: WorkerHostOptions,
  threads: number,
  metrics: WorkerMetrics,
  health: WorkerHealth,
): ComputeHost {
  const memoryBytes = options.memoryBytes ?? 0.75 * availableMemory();
  metrics.limitMemory(memoryBytes);
  return new ComputeHost({
    threads,
    memoryBytes,
    metrics,
    stores: new AllowedStores(options.stores ?? []),
    entry: options.entry,
    health,
    identity: workerIdentity(threads),
    patienceSeconds: options.patienceSeconds ?? 120,
  });
}

function installRuntime(logger: DefaultLogger, sdkMetrics: SdkMetrics): void {
  // Its own signal handlers would end the worker behind the caller's back.
  Runtime.install({
    logger,
    shutdownSignals: [],
    // What the SDK's native part has to say comes through the same logger.
    telemetryOptions: { logging: { forward: {} }, metrics: sdkMetrics.exporter },
  });
  // TensorFlow's own lines are no JSON. Threads have a copy of the environment that the library does not see.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

function deploymentOf({ deployment, buildId }: WorkerHostOptions): Deployment | null {
  return deployment === undefined ? null : { name: deployment, buildId: buildId ?? defaultBuildId() };
}

/** Calls it once, at once where the signal has aborted already. */
function whenAborted(signal: AbortSignal | undefined, act: () => void): void {
  if (signal?.aborted === true) act();
  signal?.addEventListener('abort', act, { once: true });
}

/** Makes the version of a deployment that has none the current one, and says which sweeps the worker is given. */
async function tellVersion(
  connection: NativeConnection,
  namespace: string,
  deployment: Deployment | null,
  logger: DefaultLogger,
): Promise<void> {
  if (deployment !== null) {
    const isCurrent = await becomeFirst(connection, namespace, deployment);
    const message = isCurrent
      ? 'worker is of the current version'
      : 'worker waits for its version to be current';
    logger.info(message, { ...deployment });
    return;
  }
  const version = await currentVersion(connection, namespace).catch(() => null);
  if (version === null) return;
  logger.warn('worker takes no new sweeps: they go to workers of a deployment', {
    ...version,
    remedy: `unitscope worker --deployment ${version.name}, or to be without versions again: temporal worker deployment set-current-version --deployment-name ${version.name} --unversioned`,
  });
}

function buildFacts(): BuildFacts {
  const { version, arch } = process;
  return { version: PROGRAM_VERSION, semantics: String(SEMANTICS_VERSION), node: version.slice(1), arch };
}

function healthOf(state: Health['state'], { ailment, rests, refused }: WorkerHealth): Health {
  const refusals = refused.map((reason) => `refused: ${reason}`);
  if (state !== 'running' || ailment === null) return { state, notes: refusals };
  const what = rests ? 'it rests' : 'it tries with one task at a time';
  return { state: 'ailing', notes: [`${ailment.code}: ${ailment.message}`, what, ...refusals] };
}
