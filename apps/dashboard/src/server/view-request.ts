import { evenly, evenlyPlaced } from '@unitscope/entropy';
import { checkpointOrder, resultTrainings, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import type { ObjectStore } from '@unitscope/store';
import { RequestRefusedError } from './errors.js';
import { openResults, tablesState } from './open-results.js';
import { numbers, oneOf, wholeNumbers, wrongValue, type Values } from './parameter-values.js';

/** More symbols would hide each other on a line: of more checkpoints evenly spaced ones are drawn. */
export const MOST_ON_A_LINE = 60;

/** A question about the results of one sweep, as the address of a request has it. */
export interface ViewRequest {
  readonly view: string;
  readonly sweep: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a view answers with: an Arrow IPC stream, JSON, CSV, or an image. */
export interface ViewAnswer {
  readonly type: 'arrow' | 'json' | 'csv' | 'image/png' | 'image/webp';
  readonly body: Uint8Array | string;
  /** Rows there are, where the body holds the first of them only. */
  readonly rows?: number;
}

/** Restating that many rows takes about a second; of more, evenly spaced checkpoints are restated. */
const RESTATED_ROWS = 60_000;

/** The parameters of a request, checked. */
export class Parameters {
  constructor(private readonly values: Readonly<Record<string, string>>) {}

  text(name: string): string | undefined {
    const value = this.values[name];
    return value === undefined || value === '' ? undefined : value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw new RequestRefusedError(400, 'PARAMETER', `${name}: expected a value, found none`);
  }

  number(name: string, least: number, most: number): number | undefined {
    return this.numeric(name, numbers(least, most));
  }

  oneOf<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.checked(name, oneOf(words));
    return words.find((word) => word === text);
  }

  /** A count, or what is counted from 0; `most` is said where it is a limit of its own. */
  whole(name: string, least = 0, most?: number): number | undefined {
    return this.numeric(name, wholeNumbers(least, most));
  }

  private numeric(name: string, values: Values): number | undefined {
    const text = this.checked(name, values);
    return text === undefined ? undefined : Number(text);
  }

  private checked(name: string, values: Values): string | undefined {
    const text = this.text(name);
    if (text === undefined || values.has(text)) return text;
    throw new RequestRefusedError(400, 'PARAMETER', wrongValue(name, text, values));
  }
}

async function affordableCount(whole: SweepResults): Promise<number> {
  const [first] = whole.checkpoints;
  if (whole.restatement === null || first === undefined) return Infinity;
  return Math.max(2, Math.floor(RESTATED_ROWS / (await whole.units(first)).unit.length));
}

/** Some checkpoints of a training, and how many of how many they are. */
export interface Sample {
  readonly results: SweepResults;
  readonly run: string | null;
  readonly checkpoints: readonly ResultCheckpoint[];
  readonly axis: string | null;
  readonly shown: string;
}

/** A request with the results it is about. */
export class ViewContext {
  readonly parameters: Parameters;

  constructor(
    readonly store: ObjectStore,
    readonly request: ViewRequest,
    /** When it came, as `Date.now` has it. */
    private readonly asked = Date.now(),
  ) {
    this.parameters = new Parameters(request.parameters);
  }

  /** The results, stated with the threshold, the least selective rate and the definition of H that are asked for. */
  results(): Promise<SweepResults> {
    return openResults(this.store, this.request.sweep, {
      threshold: this.parameters.whole('threshold'),
      minSelectiveRate: this.parameters.number('minSelectiveRate', 0, 1),
      definition: this.parameters.oneOf('definition', ['code', 'paper'] as const),
      asked: this.asked,
    });
  }

  /** Changes when a table of the sweep does. */
  tablesState(): Promise<string> {
    return tablesState(this.store, this.request.sweep, { asked: this.asked });
  }

  /**
   * All trainings, of each its first and its last checkpoint, at most `most` of them and no more than can be restated in about a second.
   */
  async affordable(most = Infinity): Promise<SweepResults> {
    const whole = await this.results();
    const count = await affordableCount(whole);
    const { trainings } = resultTrainings(whole);
    const isAffordable = count >= whole.checkpoints.length;
    if (isAffordable && trainings.every(({ steps }) => steps.length <= most)) return whole;
    const share = Math.min(
      most,
      isAffordable ? Infinity : Math.max(2, Math.floor(count / Math.max(1, trainings.length))),
    );
    return whole.only(
      trainings.flatMap(({ checkpoints, steps }) =>
        evenlyPlaced(steps, share).flatMap((at) => checkpoints[at] ?? []),
      ),
    );
  }

  /**
   * A training's checkpoints, at most so many of them and no more than can be restated in about a second, evenly spaced on the
   * axis that is drawn; of a part of the axis where one is asked for (`stepFrom`, `stepTo`, both among it). `places`: `steps` where they stand at their steps, `order` where they stand side by side.
   */
  async sampled(places: 'steps' | 'order', most: number): Promise<Sample> {
    const whole = await this.results();
    const count = Math.min(most, await affordableCount(whole));
    return this.#some(whole, places, count);
  }

  /** All of a training's checkpoints where the sweep has summed up which units are sensitive, else as many as `sampled` has. */
  async summed(places: 'steps' | 'order', most: number): Promise<Sample> {
    const whole = await this.results();
    const isSummed = whole.restatement === null && (await whole.alive()) !== null;
    return isSummed ? this.#some(whole, places, Infinity) : this.sampled(places, most);
  }

  #some(whole: SweepResults, places: 'steps' | 'order', count: number): Sample {
    const order = checkpointOrder(whole, this.parameters.text('run'));
    const part = this.#within(order);
    const checkpoints =
      places === 'steps'
        ? evenlyPlaced(part.steps, count).flatMap((at) => part.checkpoints[at] ?? [])
        : evenly(part.checkpoints, count);
    const isAll = checkpoints.length === order.checkpoints.length;
    return {
      results: isAll ? whole : whole.only(checkpoints),
      run: order.run,
      checkpoints,
      axis: order.axis,
      shown: shownOf(checkpoints, order.checkpoints),
    };
  }

  #within({ checkpoints, steps }: Placed): Placed {
    const from = this.parameters.number('stepFrom', 0, Infinity) ?? -Infinity;
    const to = this.parameters.number('stepTo', 0, Infinity) ?? Infinity;
    const isWithin = (_: unknown, at: number): boolean => {
      const step = steps[at] ?? at;
      return step >= from && step <= to;
    };
    const part = { checkpoints: checkpoints.filter(isWithin), steps: steps.filter(isWithin) };
    if (part.checkpoints.length > 0) return part;
    throw new RequestRefusedError(404, 'NO_CHECKPOINT', `no checkpoint lies between ${from} and ${to}`);
  }
}

/** Checkpoints and the steps at which they stand. */
interface Placed {
  readonly checkpoints: readonly ResultCheckpoint[];
  readonly steps: readonly number[];
}

/** `40` or, where not all of a training are shown, `40 of 1000`. */
function shownOf(shown: readonly ResultCheckpoint[], all: readonly ResultCheckpoint[]): string {
  return shown.length === all.length ? String(all.length) : `${shown.length} of ${all.length}`;
}
