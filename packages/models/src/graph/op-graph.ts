import type { Meaning, Role } from './meaning.js';
import type { ConvolutionKind } from '../layer.js';

export type { Role } from './meaning.js';

/** An operation of a network; tensors are named by texts. */
export interface Op {
  readonly name: string;
  /** The operation as the format calls it, with its domain where that is not the format's own. */
  readonly type: string;
  /** That of its row, or what the number of its computed inputs makes of it. */
  readonly role: Role;
  /** Its computed inputs: constants and weights are left out. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly convolution?: Convolution;
  /** Its row in the table of its format. */
  readonly meaning?: Meaning;
  /** Where its maps lie channels last (true) or first (false) by the operation itself. */
  readonly channelsLast?: boolean;
  /** Of a transpose. */
  readonly order?: readonly number[];
  /** Its constants are one number each: all units are moved alike. */
  readonly isScalar?: boolean;
  /** It takes statistics of the batch, or drops values by chance, as in a training. */
  readonly training?: true;
  /** It cuts values off below `low` and above some bound; null: not below. */
  readonly clamp?: { readonly low: number | null };
  /** It rounds maps to integers by a stored scale. Where they stand for nothing below 0, a quantiser has put a ReLU there. */
  readonly rounding?: { readonly clipsNegative: boolean };
}

export interface Convolution {
  readonly kind: ConvolutionKind;
  /** An activation that the operation itself applies. */
  readonly fused: string | null;
}

/** Who makes and who reads each tensor of a network. `ops` come in an order in which they can run. */
export class OpGraph {
  private readonly readersOf = new Map<string, Op[]>();
  private readonly makerOf = new Map<string, Op>();
  private readonly places = new Map<Op, number>();

  constructor(readonly ops: readonly Op[]) {
    for (const [index, op] of ops.entries()) {
      this.places.set(op, index);
      this.makerOf.set(op.output, op);
      for (const input of new Set(op.inputs)) {
        const list = this.readersOf.get(input);
        if (list) list.push(op);
        else this.readersOf.set(input, [op]);
      }
    }
  }

  /** In running order. */
  readers(tensor: string): readonly Op[] {
    return this.readersOf.get(tensor) ?? [];
  }

  maker(tensor: string): Op | undefined {
    return this.makerOf.get(tensor);
  }

  /** Its place in running order. */
  place(op: Op): number {
    return this.places.get(op) ?? -1;
  }
}
