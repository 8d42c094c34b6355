import type { Claim, ClaimData } from '../claims/claim.js';
import type { Judgement } from '../verdict/effects.js';

/** A claim that was measured and judged. */
export interface ClaimSection {
  readonly claim: Claim;
  readonly method: string;
  readonly data: ClaimData;
  readonly judgement: Judgement;
  /** On the network that `--model` gave. */
  readonly real: Judgement | null;
  readonly svg: string | null;
}
