import { InputError } from '@unitscope/base';
import { storesOf, type WorkerHostOptions, type WorkerRole } from '@unitscope/workflows';

const ROLES: readonly WorkerRole[] = ['all', 'extract', 'measure'];

/** A setting of the environment that cannot be understood. */
export class WorkerSettingError extends InputError {
  readonly code = 'WORKER_SETTING';
}

/**
 * The worker's settings from UNITSCOPE_WORKER_ROLE, _THREADS, _MEMORY_MB, _PORT, _HOST, _GRACE_SECONDS, _DEPLOYMENT and
 * _BUILD_ID, and from UNITSCOPE_STORES. Temporal and S3 have their own variables. Throws WorkerSettingError.
 */
export function workerSettings(environment: NodeJS.ProcessEnv): WorkerHostOptions {
  const number = (name: string, least: number): number | undefined => {
    const text = environment[`UNITSCOPE_WORKER_${name}`];
    if (text === undefined || text === '') return undefined;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new WorkerSettingError(
      `UNITSCOPE_WORKER_${name}: expected a whole number from ${least}, found "${text}"`,
    );
  };
  const memory = number('MEMORY_MB', 64);
  return {
    role: role(environment['UNITSCOPE_WORKER_ROLE']),
    threads: number('THREADS', 1),
    memoryBytes: memory === undefined ? undefined : memory * 2 ** 20,
    port: number('PORT', 0) ?? 9464,
    host: environment['UNITSCOPE_WORKER_HOST'] ?? '0.0.0.0', // a container's port is scraped from outside
    graceSeconds: number('GRACE_SECONDS', 0),
    stores: storesOf(environment['UNITSCOPE_STORES']),
    deployment: environment['UNITSCOPE_WORKER_DEPLOYMENT'] || undefined,
    buildId: environment['UNITSCOPE_WORKER_BUILD_ID'] || undefined,
  };
}

function role(text: string | undefined): WorkerRole {
  if (text === undefined || text === '') return 'all';
  const found = ROLES.find((known) => known === text);
  if (found !== undefined) return found;
  throw new WorkerSettingError(`UNITSCOPE_WORKER_ROLE: expected one of ${ROLES.join(', ')}, found "${text}"`);
}
