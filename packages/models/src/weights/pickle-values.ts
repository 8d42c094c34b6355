/** The longest name of a function or class that is kept. */
const MOST_NAME = 1000;

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
