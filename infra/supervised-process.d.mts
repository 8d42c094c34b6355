export interface SupervisedOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Removed when the process is stopped or its starter dies. */
  readonly removeFolder?: string;
}

export interface SupervisedProcess {
  readonly pid: number;
  readonly logFile: string;
  readonly exited: Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

export function startSupervised(options: SupervisedOptions): Promise<SupervisedProcess>;
export function onPath(name: string): string | undefined;
export function ownPath(): string;
