import type { LogRow } from '../logs/log-rows.js';
import type { RunLogs } from './run-logs.js';
import type { Settings } from './settings-file.js';

/** What a checkpoint's own path and file say of it, before its run is looked at. */
export interface RunCheckpoint {
  /** Absolute. */
  readonly path: string;
  /** Absolute path of the folder of its run. */
  readonly run: string;
  /** `epoch`, `step` and what else the file or its name says. */
  readonly said: LogRow;
}

/** A program that trains, and how it leaves a run. */
export interface Trainer {
  /** Names of files, in a run, that are checkpoints. */
  readonly file: RegExp;
  /** What is another copy of a checkpoint that has a number: left out where there is one of the same place. */
  readonly copies?: RegExp;
  /** The folder of a checkpoint's run; null where this is no run of this trainer. */
  run(path: string): Promise<string | null>;
  /** Numbers that the path of a checkpoint holds. */
  place?(path: string): LogRow;
  /** The hyper-parameters of a run. */
  settings(checkpoint: RunCheckpoint): Promise<Settings>;
  /** What the run's log says of a checkpoint. */
  logged(checkpoint: RunCheckpoint, logs: RunLogs): Promise<LogRow>;
}
