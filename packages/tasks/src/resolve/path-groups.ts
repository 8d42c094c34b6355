import type { MetaValue } from '@unitscope/plan';
import { boundedGroups } from './bounded-pattern.js';
import { loggedNumber } from './logs/log-number.js';

export type PathGroups = Readonly<Record<string, MetaValue>>;

/** The named groups of a pattern on each path, numbers as numbers; null where it does not match. Throws PatternError. */
export function pathGroups(
  paths: readonly string[],
  pattern: string,
  place = 'checkpoints',
): (PathGroups | null)[] {
  return boundedGroups(pattern, paths, place).map(
    (groups) =>
      groups &&
      Object.fromEntries(
        groups.flatMap(([key, value]) => (value === null ? [] : [[key, numberOrText(value)]])),
      ),
  );
}

function numberOrText(value: string): MetaValue {
  const number = loggedNumber(value);
  return typeof number === 'number' && Number.isFinite(number) ? number : value;
}

/**
 * The groups of as much of the beginning of a pattern as fits a path: `runs/(?<run>[^/]+)/step-(?<step>\d+)` finds the run
 * of `runs/a/metrics.csv`. Where it fits in several places, the folders nearest to the file count. Null where none fits.
 */
export function leadingGroups(path: string, pattern: string): PathGroups | null {
  const parts = segments(pattern);
  for (let count = parts.length; count > 0; count--) {
    const leading = parts.slice(0, count).join('/');
    if (!leading.includes('(?<')) return null;
    for (const tried of count < parts.length ? [`${leading}/`, leading] : [leading]) {
      for (const placed of [`^(?:.*/)?(?:${tried})`, tried]) {
        const [groups = null] = pathGroups([path], placed);
        if (groups !== null && Object.keys(groups).length > 0) return groups;
      }
    }
  }
  return null;
}

/** A pattern cut at the slashes that stand in no group and no class. */
function segments(pattern: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let inClass = false;
  for (const sign of pattern.match(/\\.|[^\\]/gs) ?? []) {
    if (inClass) inClass = sign !== ']';
    else if (sign === '[') inClass = true;
    else if (sign === '(') depth++;
    else if (sign === ')') depth--;
    if ((sign === '/' || sign === '\\/') && depth === 0 && !inClass) {
      parts.push(part);
      part = '';
    } else part += sign;
  }
  return [...parts, part];
}
