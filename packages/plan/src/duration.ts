const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `1h`, `1.5h`, `250ms`, `2d`. */
export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** How long a task may take where nobody says: far above what any takes that ends. */
export const DEFAULT_TASK_TIMEOUT = '1h';

/** The longest a timer waits. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds of a duration such as `90s` or `1h`, at least 1 and at most 24 days. Throws RangeError. */
export function durationMs(text: string): number {
  const [, number = '', unit = ''] = DURATION.exec(text) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] ?? NaN);
  if (!(milliseconds >= 1))
    throw new RangeError(`expected a duration such as 90s, 15m or 1h, found "${text}"`);
  return Math.min(LONGEST, milliseconds);
}
