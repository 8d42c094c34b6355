import type { Step } from './chain.js';

const isBending = ({ kind }: Step): boolean => kind === 'activation' || kind === 'function';

/** Whether the step rounds to integers that stand for nothing below 0, which is what is left of a ReLU. */
export const isClipping = ({ kind, ops: [op] }: Step): boolean =>
  (kind === 'quantize' || kind === 'linear') && op?.rounding?.clipsNegative === true;

const isActivation = (step: Step): boolean => isBending(step) || isClipping(step);

/** The steps after a convolution, taken one by one as far as they are asked for. */
export class StepList {
  readonly known: Step[] = [];
  private isWhole = false;

  constructor(private readonly source: Generator<Step, unknown>) {}

  /** Takes all of them. */
  all(): readonly Step[] {
    while (this.at(this.known.length) !== undefined);
    return this.known;
  }

  /** Forgets those from `end` on. */
  cut(end: number): void {
    this.all();
    this.known.length = end;
  }

  /** How many steps come before the first activation or gate; before a change of size where no activation follows. */
  activationStart(): number {
    const first = this.firstIndex((step) => isActivation(step) || step.kind === 'gate');
    const activation = this.firstIndex(isActivation);
    if (activation >= 0) return first;
    return this.linearEnd((kind) => kind === 'linear' || kind === 'norm' || kind === 'dequantize') + 1;
  }

  /** The last step of the activation; where there is none, the last one that moves or gates the maps at their size. */
  activationEnd(): number {
    const start = this.firstIndex(isActivation);
    const first = this.at(start);
    if (first === undefined) {
      return this.linearEnd((kind) => ['linear', 'norm', 'dequantize', 'gate'].includes(kind));
    }
    if (isClipping(first)) return start;
    const isWritten = first.kind === 'function' || first.ops.length > 1;
    const end = first.kind === 'function' ? this.functionsEnd(start) : this.clampsEnd(start);
    return isWritten && this.isScale(end + 1) ? end + 1 : end;
  }

  /** With the gates and the rounding that follow the step at `end`. An optimised network may read the integers alone. */
  rounded(end: number): number {
    let last = end;
    for (let i = end + 1; ; i++) {
      const step = this.at(i);
      const isRounded = step?.kind === 'quantize' && step.ops[0]?.rounding !== undefined;
      if (step?.kind === 'gate' || step?.kind === 'dequantize' || isRounded) last = i;
      else if (step?.kind !== 'quantize' && step?.kind !== 'pass') return last;
    }
  }

  /**
   * The nearest step with one map a unit: at `end`, after what only changes the shape, at `end` with rows and columns in one
   * axis, else before; -1: the start.
   */
  readable(end: number): number {
    for (let i = end; i >= 0; i++) {
      const step = this.at(i);
      if (step === undefined || (i > end && step.kind !== 'shape' && step.kind !== 'pass')) break;
      if (step.layout !== null) return i;
    }
    return this.known.slice(0, end + 1).findLastIndex(({ layout, flat }) => layout !== null || flat !== null);
  }

  private at(index: number): Step | undefined {
    if (index < 0) return undefined;
    while (!this.isWhole && this.known.length <= index) {
      const { done, value } = this.source.next();
      if (done === true) this.isWhole = true;
      else this.known.push(value);
    }
    return this.known[index];
  }

  private firstIndex(matches: (step: Step) => boolean): number {
    for (let i = 0; ; i++) {
      const step = this.at(i);
      if (step === undefined) return -1;
      if (matches(step)) return i;
    }
  }

  private linearEnd(counts: (kind: Step['kind']) => boolean): number {
    let end = -1;
    for (let i = 0; ; i++) {
      const kind = this.at(i)?.kind;
      if (kind === undefined || kind === 'spatial' || (kind === 'gate' && !counts(kind))) return end;
      if (counts(kind)) end = i;
    }
  }

  /** Elementary functions and scalar moves make one function together: Log(1 + Exp(x)). */
  private functionsEnd(start: number): number {
    let end = start;
    for (let i = start + 1; ; i++) {
      const step = this.at(i);
      if (step === undefined) return end;
      if (isBending(step)) end = i;
      else if (step.kind !== 'pass' && !(step.kind === 'linear' && step.ops[0]?.isScalar === true))
        return end;
    }
  }

  /** ReLU6 may be written as ReLU and a bound from above. A bound above 0 from below is a matter of what follows. */
  private clampsEnd(start: number): number {
    let end = start;
    for (let i = start + 1; ; i++) {
      const step = this.at(i);
      const clamp = step?.ops.length === 1 ? step.ops[0]?.clamp : undefined;
      if (clamp !== undefined && (clamp.low === null || clamp.low <= 0)) end = i;
      else if (step?.kind !== 'pass') return end;
    }
  }

  private isScale(index: number): boolean {
    const step = this.at(index);
    const [op] = step?.ops ?? [];
    return (
      step?.kind === 'linear' &&
      op?.isScalar === true &&
      (op.meaning?.joins === 'product' || /^(Real)?Div(NoNan)?$/.test(op.type))
    );
  }
}
