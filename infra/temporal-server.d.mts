export interface TemporalServer {
  readonly address: string;
  readonly ui: string | undefined;
  readonly pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface TemporalServerOptions {
  readonly database: string;
  readonly port?: number | undefined;
  readonly ui?: number | undefined;
  readonly cli?: string | undefined;
  readonly cache?: string | undefined;
  /** Whether its namespace has the search attributes of sweeps; default true. */
  readonly searchAttributes?: boolean | undefined;
}

export class NoTemporalCliError extends Error {
  readonly code: 'NO_TEMPORAL_CLI';
}

export const temporalCliHint: string;
export function findTemporalCli(cache?: string): { readonly path: string; readonly from: string } | undefined;
export function fetchTemporalCli(cache?: string): Promise<boolean>;
export function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer>;
