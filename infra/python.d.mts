import type { SpawnSyncReturns } from 'node:child_process';

export interface PinnedWheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: readonly string[];
  readonly platforms: readonly string[];
  readonly pythonVersion?: string;
}
export function runPython(python: string, args: readonly string[]): SpawnSyncReturns<string>;
export function pythonWithPip(): string | undefined;
export function downloadWheel(python: string, wheel: PinnedWheel, folder: string): string | undefined;
