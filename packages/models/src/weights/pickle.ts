import { PickleBytes } from './pickle-bytes.js';
import { pairs, PickleStack } from './pickle-stack.js';
import { PickleError, PickleGlobal, PickleOpaque, PickleTuple, type PickleKnown } from './pickle-values.js';

// Reads Python's pickles without running anything: what a pickle would call is kept as an opaque value, unless `known`
// makes plain data of it. Opcodes are those of protocols 0 to 5 (Python's pickletools).

/** Far beyond any state of a training; what a pickle of a few megabytes could make otherwise would fill the memory. */
const MOST_WORK = 16_000_000;
/** What a list, tuple, dictionary or call costs in opcodes, by the memory that it takes. */
const OBJECT = 8;

/** Opcodes that make an object: lists, dictionaries, sets, tuples, names, calls. */
const MAKING: ReadonlySet<number> = new Set([
  ...Buffer.from(']}dl)tcRoiQP'),
  ...[0x81, 0x85, 0x86, 0x87, 0x8f, 0x91, 0x92, 0x93, 0x94],
]);

/** The value of a pickle. Throws PickleError where it is none, or cut. */
export function readPickle(bytes: Uint8Array, known: PickleKnown): unknown {
  const run = new PickleRun(new PickleBytes(bytes), known);
  let work = 0;
  for (;;) {
    const opcode = run.bytes.uint8();
    work += MAKING.has(opcode) ? OBJECT : 1;
    if (work > MOST_WORK) throw new PickleError('more objects than any state of a training has');
    if (opcode === STOP) return run.stack.pop();
    const value = VALUES[opcode];
    const operation = OPERATIONS[opcode];
    if (value !== undefined) run.stack.push(value(run.bytes));
    else if (operation !== undefined) operation(run);
    else throw new PickleError(`an opcode 0x${opcode.toString(16)} that is not known`);
  }
}

/** Where the reading of a pickle has come to. */
class PickleRun {
  readonly stack = new PickleStack();
  readonly #memo = new Map<number, unknown>();

  constructor(
    readonly bytes: PickleBytes,
    readonly known: PickleKnown,
  ) {}

  call(callable: unknown, given: unknown): void {
    const args = given instanceof PickleTuple ? given.items : [];
    const made = callable instanceof PickleGlobal ? this.known.call(callable, args) : undefined;
    this.stack.push(made === undefined ? new PickleOpaque(callable, args) : made);
  }

  persistent(id: unknown): void {
    const made = this.known.persistent(id);
    this.stack.push(made === undefined ? new PickleOpaque(null, [id]) : made);
  }

  /** Default key: the next one. */
  memorise(key = this.#memo.size): void {
    this.#memo.set(key, this.stack.top());
  }

  recall(key: number): void {
    if (!this.#memo.has(key)) throw new PickleError(`a reference ${key} to nothing`);
    this.stack.push(this.#memo.get(key));
  }
}

const STOP = code('.');

/** Opcodes that put a value on the stack which stands in the pickle. */
const VALUES = byOpcode<(bytes: PickleBytes) => unknown>({
  '\x88': () => true,
  '\x89': () => false,
  '\x8a': (bytes) => bytes.long(bytes.uint8()),
  '\x8b': (bytes) => bytes.long(bytes.uint32()),
  '\x8c': (bytes) => bytes.utf8(bytes.uint8()),
  '\x8d': (bytes) => bytes.utf8(bytes.uint64()),
  '\x8e': (bytes) => bytes.take(bytes.uint64()),
  '\x8f': () => [],
  '\x96': (bytes) => bytes.take(bytes.uint64()),
  N: () => null,
  K: (bytes) => bytes.uint8(),
  M: (bytes) => bytes.take(2).readUInt16LE(),
  J: (bytes) => bytes.take(4).readInt32LE(),
  G: (bytes) => bytes.take(8).readDoubleBE(),
  I: (bytes) => numberOrTruth(bytes.line()),
  L: (bytes) => numberOf(bytes.line()),
  F: (bytes) => numberOf(bytes.line()),
  X: (bytes) => bytes.utf8(bytes.uint32()),
  U: (bytes) => bytes.latin1(bytes.uint8()),
  T: (bytes) => bytes.latin1(bytes.uint32()),
  C: (bytes) => bytes.take(bytes.uint8()),
  B: (bytes) => bytes.take(bytes.uint32()),
  S: (bytes) => unquoted(bytes.line()),
  V: (bytes) => unquoted(bytes.line()),
  '}': () => new Map(),
  ']': () => [],
  ')': () => new PickleTuple([]),
  c: (bytes) => new PickleGlobal(bytes.line(), bytes.line()),
});

/** Opcodes that work on what is on the stack. */
const OPERATIONS = byOpcode<(run: PickleRun) => void>({
  // PROTO and FRAME say how it is written.
  '\x80': ({ bytes }) => void bytes.take(1),
  '\x95': ({ bytes }) => void bytes.take(8),
  '\x81': callWithArguments,
  R: callWithArguments,
  '\x85': ({ stack }) => stack.push(new PickleTuple(stack.popMany(1))),
  '\x86': ({ stack }) => stack.push(new PickleTuple(stack.popMany(2))),
  '\x87': ({ stack }) => stack.push(new PickleTuple(stack.popMany(3))),
  '\x90': ({ stack }) => stack.append(stack.popMark()),
  '\x91': ({ stack }) => stack.push(stack.popMark()),
  '\x92': (run) => {
    const [callable, args] = run.stack.popMany(3);
    run.call(callable, args);
  },
  '\x93': ({ stack }) => stack.push(globalOf(stack.popMany(2))),
  '\x94': (run) => run.memorise(),
  '(': ({ stack }) => stack.mark(),
  '0': ({ stack }) => void stack.pop(),
  '1': ({ stack }) => void stack.popMark(),
  '2': ({ stack }) => stack.push(stack.top()),
  p: (run) => run.memorise(Number(run.bytes.line())),
  q: (run) => run.memorise(run.bytes.uint8()),
  r: (run) => run.memorise(run.bytes.uint32()),
  g: (run) => run.recall(Number(run.bytes.line())),
  h: (run) => run.recall(run.bytes.uint8()),
  j: (run) => run.recall(run.bytes.uint32()),
  t: ({ stack }) => stack.push(new PickleTuple(stack.popMark())),
  l: ({ stack }) => stack.push(stack.popMark()),
  d: ({ stack }) => stack.push(pairs(stack.popMark())),
  a: ({ stack }) => stack.append([stack.pop()]),
  e: ({ stack }) => stack.append(stack.popMark()),
  s: ({ stack }) => stack.set(stack.popMany(2)),
  u: ({ stack }) => stack.set(stack.popMark()),
  b: ({ stack }) => {
    const state = stack.pop();
    const object = stack.top();
    if (object instanceof PickleOpaque) object.state = state;
  },
  o: (run) => {
    const [callable, ...args] = run.stack.popMark();
    run.call(callable, new PickleTuple(args));
  },
  i: (run) => {
    const global = new PickleGlobal(run.bytes.line(), run.bytes.line());
    run.call(global, new PickleTuple(run.stack.popMark()));
  },
  P: (run) => run.persistent(run.bytes.line()),
  Q: (run) => run.persistent(run.stack.pop()),
});

function callWithArguments(run: PickleRun): void {
  const args = run.stack.pop();
  run.call(run.stack.pop(), args);
}

function globalOf([module, name]: readonly unknown[]): PickleGlobal {
  if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('a name that is no text');
  return new PickleGlobal(module, name);
}

function byOpcode<T>(actions: Readonly<Record<string, T>>): readonly (T | undefined)[] {
  const table = new Array<T | undefined>(256);
  for (const [name, action] of Object.entries(actions)) table[code(name)] = action;
  return table;
}

function code(name: string): number {
  return name.charCodeAt(0);
}

function numberOrTruth(text: string): number | boolean {
  return text === '00' || text === '01' ? text === '01' : numberOf(text);
}

function numberOf(text: string): number {
  return Number(text.replace(/L$/, ''));
}

function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, '$2');
}
