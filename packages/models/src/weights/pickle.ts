// Reads Python's pickles without running anything: what a pickle would call is kept as an opaque value, unless `known`
// makes plain data of it. Opcodes are those of protocols 0 to 5 (Python's pickletools).

/** What a pickle names of a Python module. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {
    if (module.length + name.length > MOST_NAME)
      throw new PickleError('a name of a function that is too long');
  }

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** A tuple: apart from a list, so that a persistent id is known. */
export class PickleTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** What would have been made by a call. It was not called. */
export class PickleOpaque {
  readonly items: unknown[] = [];
  readonly entries = new Map<unknown, unknown>();
  state: unknown = null;

  constructor(
    readonly callable: unknown,
    readonly args: readonly unknown[],
  ) {}
}

/** Makes plain data of a call or of a persistent id; undefined: opaque. */
export interface PickleKnown {
  call(callable: PickleGlobal, args: readonly unknown[]): unknown;
  persistent(id: unknown): unknown;
}

export class PickleError extends Error {}

/** The longest name of a function or class that is kept. */
const MOST_NAME = 1000;
/** Far beyond any state of a training; what a pickle of a few megabytes could make otherwise would fill the memory. */
const MOST_WORK = 16_000_000;
/** What a list, tuple, dictionary or call costs in opcodes, by the memory that it takes. */
const OBJECT = 8;

const MARK = Symbol('mark');

/** Opcodes that make an object: lists, dictionaries, sets, tuples, names, calls. */
const MAKING: ReadonlySet<number> = new Set([
  ...Buffer.from(']}dl)tcRoiQP'),
  ...[0x81, 0x85, 0x86, 0x87, 0x8f, 0x91, 0x92, 0x93, 0x94],
]);

/** The value of a pickle. Throws PickleError where it is none, or cut. */
export function readPickle(bytes: Uint8Array, known: PickleKnown): unknown {
  return new PickleReader(bytes, known).read();
}

class PickleReader {
  readonly #bytes: Buffer;
  readonly #known: PickleKnown;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  #at = 0;
  #work = 0;

  constructor(bytes: Uint8Array, known: PickleKnown) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#known = known;
  }

  read(): unknown {
    for (;;) {
      const opcode = this.#uint8();
      const code = String.fromCharCode(opcode);
      this.#work += MAKING.has(opcode) ? OBJECT : 1;
      if (this.#work > MOST_WORK) throw new PickleError('more objects than any state of a training has');
      if (code === '.') return this.#pop();
      if (!this.#push(code, opcode) && !this.#build(code, opcode))
        throw new PickleError(`an opcode 0x${opcode.toString(16)} that is not known`);
    }
  }

  /** Opcodes that put a value on the stack which stands in the pickle. */
  #push(code: string, opcode: number): boolean {
    const stack = this.#stack;
    switch (opcode) {
      case 0x80: // PROTO
        this.#take(1);
        return true;
      case 0x95: // FRAME
        this.#take(8);
        return true;
      case 0x88:
      case 0x89:
        stack.push(opcode === 0x88);
        return true;
      case 0x8a:
        stack.push(this.#long(this.#uint8()));
        return true;
      case 0x8b:
        stack.push(this.#long(this.#uint32()));
        return true;
      case 0x8c:
        stack.push(this.#utf8(this.#uint8()));
        return true;
      case 0x8d:
        stack.push(this.#utf8(this.#uint64()));
        return true;
      case 0x8e:
      case 0x96:
        stack.push(this.#take(this.#uint64()));
        return true;
      case 0x8f:
        stack.push([]);
        return true;
      default:
    }
    switch (code) {
      case '(':
        stack.push(MARK);
        return true;
      case 'N':
        stack.push(null);
        return true;
      case 'K':
        stack.push(this.#uint8());
        return true;
      case 'M':
        stack.push(this.#take(2).readUInt16LE());
        return true;
      case 'J':
        stack.push(this.#take(4).readInt32LE());
        return true;
      case 'G':
        stack.push(this.#take(8).readDoubleBE());
        return true;
      case 'I':
      case 'L':
      case 'F':
        stack.push(number(this.#line(), code));
        return true;
      case 'X':
        stack.push(this.#utf8(this.#uint32()));
        return true;
      case 'U':
      case 'C':
        stack.push(this.#bytesOf(code, this.#uint8()));
        return true;
      case 'T':
      case 'B':
        stack.push(this.#bytesOf(code, this.#uint32()));
        return true;
      case 'S':
      case 'V':
        stack.push(this.#line().replace(/^(['"])(.*)\1$/, '$2'));
        return true;
      case '}':
        stack.push(new Map());
        return true;
      case ']':
        stack.push([]);
        return true;
      case ')':
        stack.push(new PickleTuple([]));
        return true;
      case 'c':
        stack.push(new PickleGlobal(this.#line(), this.#line()));
        return true;
      case 'g':
        stack.push(this.#remembered(Number(this.#line())));
        return true;
      case 'h':
        stack.push(this.#remembered(this.#uint8()));
        return true;
      case 'j':
        stack.push(this.#remembered(this.#uint32()));
        return true;
      case 'P':
        stack.push(this.#persistent(this.#line()));
        return true;
      default:
        return false;
    }
  }

  /** Opcodes that work on what is on the stack. */
  #build(code: string, opcode: number): boolean {
    const stack = this.#stack;
    switch (opcode) {
      case 0x81: {
        const args = this.#pop();
        stack.push(this.#called(this.#pop(), args));
        return true;
      }
      case 0x85:
      case 0x86:
      case 0x87:
        stack.push(new PickleTuple(this.#popMany(opcode - 0x84)));
        return true;
      case 0x90:
        this.#append(this.#popMark());
        return true;
      case 0x91:
        stack.push(this.#popMark());
        return true;
      case 0x92: {
        const [callable, args] = this.#popMany(3);
        stack.push(this.#called(callable, args));
        return true;
      }
      case 0x93: {
        const [module, name] = this.#popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string')
          throw new PickleError('a name that is no text');
        stack.push(new PickleGlobal(module, name));
        return true;
      }
      case 0x94:
        this.#memo.set(this.#memo.size, this.#top());
        return true;
      default:
    }
    switch (code) {
      case '0':
        this.#pop();
        return true;
      case '1':
        this.#popMark();
        return true;
      case '2':
        stack.push(this.#top());
        return true;
      case 'p':
        this.#memo.set(Number(this.#line()), this.#top());
        return true;
      case 'q':
        this.#memo.set(this.#uint8(), this.#top());
        return true;
      case 'r':
        this.#memo.set(this.#uint32(), this.#top());
        return true;
      case 't':
        stack.push(new PickleTuple(this.#popMark()));
        return true;
      case 'l':
        stack.push(this.#popMark());
        return true;
      case 'd':
        stack.push(pairs(this.#popMark()));
        return true;
      case 'a':
        this.#append([this.#pop()]);
        return true;
      case 'e':
        this.#append(this.#popMark());
        return true;
      case 's':
        this.#set(this.#popMany(2));
        return true;
      case 'u':
        this.#set(this.#popMark());
        return true;
      case 'R': {
        const args = this.#pop();
        stack.push(this.#called(this.#pop(), args));
        return true;
      }
      case 'b': {
        const state = this.#pop();
        const object = this.#top();
        if (object instanceof PickleOpaque) object.state = state;
        return true;
      }
      case 'o':
      case 'i': {
        const global = code === 'i' ? new PickleGlobal(this.#line(), this.#line()) : null;
        const items = this.#popMark();
        const [callable, ...args] = global === null ? items : [global, ...items];
        stack.push(this.#called(callable, new PickleTuple(args)));
        return true;
      }
      case 'Q':
        stack.push(this.#persistent(this.#pop()));
        return true;
      default:
        return false;
    }
  }

  #called(callable: unknown, given: unknown): unknown {
    const args = given instanceof PickleTuple ? given.items : [];
    const made = callable instanceof PickleGlobal ? this.#known.call(callable, args) : undefined;
    return made === undefined ? new PickleOpaque(callable, args) : made;
  }

  #persistent(id: unknown): unknown {
    const made = this.#known.persistent(id);
    return made === undefined ? new PickleOpaque(null, [id]) : made;
  }

  #append(items: readonly unknown[]): void {
    const list = this.#top();
    const to = Array.isArray(list) ? (list as unknown[]) : list instanceof PickleOpaque ? list.items : null;
    if (to === null) throw new PickleError('items of what is no list');
    for (const item of items) to.push(item);
  }

  #set(items: readonly unknown[]): void {
    const map = this.#top();
    const to = map instanceof Map ? map : map instanceof PickleOpaque ? map.entries : null;
    if (to === null) throw new PickleError('entries of what is no dictionary');
    for (const [key, value] of pairs(items)) to.set(key, value);
  }

  #remembered(key: number): unknown {
    if (!this.#memo.has(key)) throw new PickleError(`a reference ${key} to nothing`);
    return this.#memo.get(key);
  }

  #top(): unknown {
    if (this.#stack.length === 0) throw new PickleError('an empty stack');
    return this.#stack.at(-1);
  }

  #pop(): unknown {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): unknown[] {
    if (this.#stack.length < count) throw new PickleError('an empty stack');
    return this.#stack.splice(-count);
  }

  #popMark(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) throw new PickleError('no mark');
    const items = this.#stack.splice(mark);
    return items.slice(1);
  }

  #take(length: number): Buffer {
    if (!(this.#at + length <= this.#bytes.length)) throw new PickleError('its end before its stop');
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  #uint8(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new PickleError('its end before its stop');
    return byte;
  }

  #uint32(): number {
    return this.#take(4).readUInt32LE();
  }

  #uint64(): number {
    return Number(this.#take(8).readBigUInt64LE());
  }

  #utf8(length: number): string {
    return this.#take(length).toString('utf8');
  }

  /** Python 2 wrote its texts as bytes. */
  #bytesOf(code: string, length: number): unknown {
    const bytes = this.#take(length);
    return code === 'U' || code === 'T' ? bytes.toString('latin1') : bytes;
  }

  /** A whole number in two's complement, little end first. */
  #long(length: number): number | bigint {
    const bytes = this.#take(length);
    if (length === 0) return 0;
    // Larger ones are no sizes; a bigint of megabytes would take its time.
    if (length > 16) return NaN;
    const value = BigInt.asIntN(8 * length, BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`));
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new PickleError('its end before its stop');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}

function number(text: string, code: string): number | boolean {
  if (code === 'I' && (text === '00' || text === '01')) return text === '01';
  return Number(text.replace(/L$/, ''));
}

function pairs(items: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let at = 0; at + 1 < items.length; at += 2) map.set(items[at], items[at + 1]);
  return map;
}
