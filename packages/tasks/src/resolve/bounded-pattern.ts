import { PatternError } from '../errors.js';
import { isOverTime, withinTime } from './patterns/within-time.js';

/** What one pattern may take on all the texts of a process: some take ever longer with the length of the text. */
const LIMIT_MS = 2000;
/** Calls that take less are not counted: of thousands most would be the calls' own time. */
const UNCOUNTED_MS = 50;

const taken = new Map<string, number>();

/** Named groups of a pattern, as entries; null where it does not match. */
export type Groups = [string, string | null][] | null;

/**
 * The named groups of a pattern of a spec in each text. Ended once the pattern has taken two seconds. Throws PatternError
 * where it is no regular expression, or takes longer.
 */
export function boundedGroups(pattern: string, texts: readonly string[], place: string): Groups[] {
  const before = taken.get(pattern) ?? 0;
  const [started, processor] = [performance.now(), process.cpuUsage()];
  try {
    return withinTime(LIMIT_MS - before, () => {
      const expression = new RegExp(pattern);
      return texts.map((text) => {
        const match = expression.exec(text);
        const groups: Record<string, string | undefined> = match?.groups ?? {};
        return match && Object.entries(groups).map(([key, value]) => [key, value ?? null]);
      });
    });
  } catch (cause) {
    const shown = JSON.stringify(pattern);
    if (isOverTime(cause)) {
      throw new PatternError(
        `${place}: pattern: ${shown} takes more than ${LIMIT_MS / 1000} s: expected one without a repetition inside a ` +
          'repetition, such as (a+)+',
        { cause },
      );
    }
    throw new PatternError(
      `${place}: pattern: expected a regular expression such as "step-(?<step>\\d+)", found ${shown}: ${(cause as Error).message}`,
      { cause },
    );
  } finally {
    // On a busy machine the clock counts others' work, and the processor's time that of this process's threads.
    const { user, system } = process.cpuUsage(processor);
    const milliseconds = Math.min(performance.now() - started, (user + system) / 1000);
    if (milliseconds > UNCOUNTED_MS) taken.set(pattern, before + milliseconds);
  }
}
