// Read by the server and by the page: nothing here needs either.

/** The values that a parameter of an address may have. */
export interface Values {
  /** In words, after “expected”. */
  readonly expected: string;
  readonly has: (text: string) => boolean;
}

/** The greatest of units, ranks and places: they are held in 32 bits. */
const MOST_WHOLE = 2 ** 32 - 1;

/** Counts, or what is counted from 0; `most` is said where it is a limit of its own. */
export function wholeNumbers(least = 0, most?: number): Values {
  return {
    expected: `a whole number from ${least}${most === undefined ? '' : ` to ${most}`}`,
    has: (text) => {
      const value = Number(text);
      return Number.isInteger(value) && value >= least && value <= (most ?? MOST_WHOLE);
    },
  };
}

export function numbers(least: number, most: number): Values {
  return {
    expected: `a number from ${least} to ${most}`,
    has: (text) => Number.isFinite(Number(text)) && Number(text) >= least && Number(text) <= most,
  };
}

export function oneOf(words: readonly string[]): Values {
  return {
    expected: words.join(words.length > 2 ? ', ' : ' or '),
    has: (text) => words.includes(text),
  };
}

/** What is wrong with a value: one sentence. */
export function wrongValue(name: string, text: string, { expected }: Values): string {
  return `${name}: expected ${expected}, found ${JSON.stringify(text.slice(0, 40))}`;
}

/** Values that hold in every view of a sweep. */
export const COMMON_VALUES: Readonly<Record<string, Values>> = {
  threshold: wholeNumbers(),
  minSelectiveRate: numbers(0, 1),
  definition: oneOf(['code', 'paper']),
  unit: wholeNumbers(),
};
