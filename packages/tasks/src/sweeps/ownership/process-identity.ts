import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/** A process as others can find it, or not any more. */
export interface ProcessIdentity {
  readonly host: string;
  /** What process numbers on that host mean: another container of the same name has others. */
  readonly space: string;
  readonly process: number;
  /** Tells a process from a later one of the same number, where the system says so. */
  readonly begun: string;
  readonly user: string;
}

export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    space: processSpace(),
    process: process.pid,
    begun: begunOf(process.pid) ?? '',
    user: userName(),
  };
}

/** Whether a process has ended for certain: only one of this host can be told. */
export function hasEnded({ host, space, process: number, begun }: ProcessIdentity): boolean {
  if (host !== hostname() || space !== processSpace()) return false;
  try {
    process.kill(number, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = begunOf(number);
  return now !== undefined && begun !== '' && now !== begun;
}

/** The running kernel and its namespace of process numbers; empty where the system has no /proc. */
function processSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** When a process began, in the system's ticks: the 22nd field of its stat, counted behind the name in brackets. */
function begunOf(number: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${number}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? ''); // a container's user without a name
  }
}
