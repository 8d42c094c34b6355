export function freePorts(count: number): Promise<number[]>;
export class NotReadyError extends Error {
  readonly code: 'SERVER_NOT_READY';
}
export function startOnFreePorts<T>(start: () => Promise<T>, attempts?: number): Promise<T>;
