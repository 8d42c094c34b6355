/** What a claim is asked of, named before any number is there. */
export interface Condition {
  /** As observations call it: `VGG-like, flatten head`. */
  readonly name: string;
  /** Of the paper's own question, or looked at beside it, without a verdict. */
  readonly asked: 'paper' | 'explored';
  /** Which premise of the claim is not met there; null where all are. */
  readonly unmet: string | null;
}

/** Where the paper says it, and what. */
export interface PaperCase {
  /** a, b, c …: the order in which the page has them. */
  readonly letter: string;
  /** `Fig. 5A` */
  readonly where: string;
  /** Its number or direction. */
  readonly reports: string;
}
