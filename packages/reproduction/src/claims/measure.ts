/** What a claim says of a measure; a measure without it is reported, and decides nothing. */
export type Claimed =
  /**
   * Its mean over networks lies on this side of `bound`. A mean that differs from it by less than `negligible` is too
   * small to matter, however sure it is.
   */
  | { readonly kind: 'below' | 'above'; readonly bound: number; readonly negligible: number }
  /** Every network is within this distance of 0. */
  | { readonly kind: 'within'; readonly tolerance: number }
  /** A control: every network reaches it, else nothing can be said. */
  | { readonly kind: 'control'; readonly atLeast: number };

/** One figure of a network, such as the change of a layer's H. */
export interface Measure {
  /** Its name in the tables. */
  readonly name: string;
  /** Its name on the page, with its unit. */
  readonly label: string;
  readonly claimed?: Claimed;
  /** Digits after the point; 3 by default. */
  readonly digits?: number;
}

/** A measure of one network. */
export interface Observation {
  /** The architecture, and what of it is looked at (a layer; empty for the whole network): together a case. */
  readonly configuration: string;
  readonly part: string;
  readonly measure: string;
  /** The network of this configuration. */
  readonly seed: number;
  readonly value: number;
}
