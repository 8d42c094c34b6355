/** What a claim says of a measure; a measure without it is reported, and decides nothing. */
export type Claimed =
  /**
   * Its mean over networks lies on this side of `bound`. A mean that differs from it by less than `negligible` is too
   * small to matter, however sure it is.
   */
  | { readonly kind: 'below' | 'above'; readonly bound: number; readonly negligible: number }
  /** Its mean over networks lies within this distance of 0. */
  | { readonly kind: 'near'; readonly margin: number }
  /** Every network is within this distance of 0. */
  | { readonly kind: 'within'; readonly tolerance: number }
  /** A control: every network reaches it, else nothing can be said. */
  | { readonly kind: 'control'; readonly atLeast: number };

/** One figure of a network, such as the change of its last layer's H. */
export interface Measure {
  /** Its name in the tables. */
  readonly name: string;
  /** Its name on the page, with its unit. */
  readonly label: string;
  readonly claimed?: Claimed;
  /** false: what is claimed of it is judged beside the verdict, and decides nothing. */
  readonly decides?: boolean;
  /**
   * A correlation has its mean and interval after Fisher's z; a share's interval ends at 0 and 1, that of an amount, which is
   * never below 0, at 0. Default linear.
   */
  readonly scale?: 'linear' | 'correlation' | 'share' | 'amount';
  /** Its name where it is of a part of the networks, such as one layer. */
  readonly ofPart?: string;
  /** Differences for which the page says how many networks would show them. */
  readonly differences?: readonly number[];
  /** Digits after the point; 3 by default. */
  readonly digits?: number;
}

/** A measure of one network. */
export interface Observation {
  /** The condition. */
  readonly configuration: string;
  /** A layer, for explorations; empty for the outcome of the whole network, which is what is judged. */
  readonly part: string;
  readonly measure: string;
  /** The network of this condition. */
  readonly seed: number;
  readonly value: number;
}
