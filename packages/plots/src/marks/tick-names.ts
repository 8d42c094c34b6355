import { widest } from './text-width.js';

/** A long name by its end: there the names of modules differ. */
export function shortName(name: string, most = 24): string {
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}

/**
 * What ticks, legends and tables call names, by name. Where some are long, the parts (between dots or slashes) that all of them share
 * at either end are left out, then those that they share between, and of what is still long there is the end.
 */
export function tickNames(names: readonly string[], most = 24): ReadonlyMap<string, string> {
  if (names.every((name) => name.length <= most)) return new Map(names.map((name) => [name, name]));
  const before = shared(names.map((name) => name.split(/(?<=[./])/)));
  const ends = names.map((name) => name.slice(before));
  const after = shared(ends.map((name) => name.split(/(?=[./])/).toReversed()));
  const own = names.map((name) => name.slice(before, name.length - after));
  const between = own.some((name) => name.length > most) ? withoutMiddles(own) : own;
  return new Map(names.map((name, i) => [name, shortName(between[i] ?? name, most)] as const));
}

/** Without the parts that all names share at one place; where they have as many parts each. */
function withoutMiddles(names: readonly string[]): readonly string[] {
  const lists = names.map((name) => name.split(/(?=[./])/));
  const [first = []] = lists;
  if (lists.length < 2 || lists.some(({ length }) => length !== first.length)) return names;
  const isShared = first.map((part, i) => lists.every((parts) => parts[i] === part));
  return lists.map((parts) =>
    parts
      .map((part, i) => {
        if (isShared[i] === true) return isShared[i - 1] === true ? '' : '…';
        return isShared[i - 1] === true ? part.slice(1) : part;
      })
      .join(''),
  );
}

/** How many characters of their first parts all have in common; one part of each stays. */
function shared(lists: readonly (readonly string[])[]): number {
  const [first = []] = lists;
  if (lists.length < 2) return 0;
  let length = 0;
  for (const [i, part] of first.entries()) {
    if (!lists.every((parts) => parts[i] === part && parts.length > i + 1)) break;
    length += part.length;
  }
  return length;
}

/** The same where each name has so many pixels in a font of this size. */
export function fittedNames(
  names: readonly string[],
  pixels: number,
  size: number,
): ReadonlyMap<string, string> {
  const longest = Math.max(1, ...names.map(({ length }) => length));
  for (let most = longest; most > 1; most--) {
    const short = tickNames(names, most);
    if (widest(short.values(), size) <= pixels) return short;
  }
  return tickNames(names, 1);
}
