export class NoS3ServerError extends Error {
  readonly code: 'NO_S3_SERVER';
}

export interface FoundS3Server {
  readonly kind: 'environment' | 'minio' | 'seaweedfs' | 'seaweedfs-wheel';
  readonly where: string;
}

export function findS3Server(): FoundS3Server | undefined;

export interface S3ServerOptions {
  /** Where its data stays; default: a temporary folder that goes with the server. */
  readonly folder?: string;
  readonly bucket?: string;
  readonly port?: number | undefined;
  /** Take the endpoint of the environment, where there is one. Default true. */
  readonly useEnvironment?: boolean;
  /** Start SeaweedFS as where little of the disk is free. Default: as the disk of the folder is. */
  readonly diskIsFull?: boolean;
}

export interface S3Server {
  readonly kind: string;
  readonly endpoint: string;
  readonly bucket: string;
  /** `s3://bucket`, which openStore takes. */
  readonly address: string;
  /** The variables that a client needs, credentials among them. */
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string | undefined;
  readonly pid: number | undefined;
  readonly logFile: string | undefined;
  /** Ends the server alone, as a fault would. Default: SIGKILL. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Brings it up again on the same folder, ports and credentials. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function startS3Server(options?: S3ServerOptions): Promise<S3Server>;
