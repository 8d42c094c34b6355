import { PickleError, PickleOpaque } from './pickle-values.js';

const MARK = Symbol('mark');

/** What a pickle's opcodes work on. Throws PickleError where something else is on it than an opcode needs. */
export class PickleStack {
  readonly #items: unknown[] = [];

  push(value: unknown): void {
    this.#items.push(value);
  }

  mark(): void {
    this.#items.push(MARK);
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    const to = Array.isArray(list) ? (list as unknown[]) : list instanceof PickleOpaque ? list.items : null;
    if (to === null) throw new PickleError('items of what is no list');
    for (const item of items) to.push(item);
  }

  set(items: readonly unknown[]): void {
    const map = this.top();
    const to = map instanceof Map ? map : map instanceof PickleOpaque ? map.entries : null;
    if (to === null) throw new PickleError('entries of what is no dictionary');
    for (const [key, value] of pairs(items)) to.set(key, value);
  }

  top(): unknown {
    if (this.#items.length === 0) throw new PickleError('an empty stack');
    return this.#items.at(-1);
  }

  pop(): unknown {
    const value = this.top();
    this.#items.pop();
    return value;
  }

  popMany(count: number): unknown[] {
    if (this.#items.length < count) throw new PickleError('an empty stack');
    return this.#items.splice(-count);
  }

  popMark(): unknown[] {
    const mark = this.#items.lastIndexOf(MARK);
    if (mark < 0) throw new PickleError('no mark');
    const items = this.#items.splice(mark);
    return items.slice(1);
  }
}

/** Keys and values by turns. */
export function pairs(items: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let at = 0; at + 1 < items.length; at += 2) map.set(items[at], items[at + 1]);
  return map;
}
