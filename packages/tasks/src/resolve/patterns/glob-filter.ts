import picomatch from 'picomatch';
import { PatternError } from '../../errors.js';
import { isOverTime, withinTime } from './within-time.js';

/** What one glob may take on all the names that it is compared with. */
const LIMIT_MS = 5000;

/** Which names one of the globs matches. Ended once that has taken five seconds, whatever the globs and the names are. */
export class GlobFilter {
  readonly #globs: readonly string[];
  readonly #written: string;
  #matches: ((name: string) => boolean) | null = null;
  #taken = 0;

  /** `written`: how errors call the globs. */
  constructor(globs: readonly string[], written: string) {
    this.#globs = globs;
    this.#written = written;
  }

  /** The items whose names match. Throws PatternError where that takes too long. */
  keep<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
    const started = performance.now();
    try {
      return withinTime(LIMIT_MS - this.#taken, () => {
        const matches = (this.#matches ??= picomatch([...this.#globs]));
        return items.filter((item) => matches(nameOf(item)));
      });
    } catch (cause) {
      if (!isOverTime(cause)) throw cause;
      throw new PatternError(
        `${JSON.stringify(this.#written)} takes more than ${LIMIT_MS / 1000} s: expected a glob with few stars in one ` +
          'name and without a repetition inside a repetition, such as run-*/step-*.onnx',
        { cause },
      );
    } finally {
      this.#taken += performance.now() - started;
    }
  }
}
