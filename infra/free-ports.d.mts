export function freePorts(count: number): Promise<number[]>;
export class EndedAtOnceError extends Error {
  readonly code: 'SERVER_ENDED_AT_ONCE';
}
export function startOnFreePorts<T>(start: () => Promise<T>, attempts?: number): Promise<T>;
