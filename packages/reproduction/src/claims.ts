import { nearest } from '@unitscope/base';
import { CLAIMS, type Claim, type ClaimName } from './claims/claim.js';
import { ablation } from './claims/ablation.js';
import { construct } from './claims/construct.js';
import { depth } from './claims/depth.js';
import { halving } from './claims/halving.js';
import { hyperparameters } from './claims/hyperparameters.js';
import { unit } from './claims/unit.js';
import { generalization } from './claims/generalization.js';
import { images } from './claims/images.js';
import { rescaling } from './claims/rescaling.js';
import { trained } from './claims/trained.js';
import { trend } from './claims/trend.js';
import { UnknownClaimError } from './errors.js';

const BY_NAME: Readonly<Record<ClaimName, Claim>> = {
  ...{ depth, trained, trend, halving, unit },
  ...{ hyperparameters, generalization, ablation, rescaling, images, construct },
};

/** The claims of these names; all of them where none is named. Throws UnknownClaimError. */
export function claimsNamed(names: readonly string[]): Claim[] {
  for (const name of names) {
    if (CLAIMS.includes(name as ClaimName)) continue;
    const near = nearest(name, CLAIMS);
    throw new UnknownClaimError(
      `there is no claim '${name}'; ${near === null ? `there are ${CLAIMS.join(', ')}, and zoo, which stands alone` : `did you mean '${near}'?`}`,
    );
  }
  return CLAIMS.filter((name) => names.length === 0 || names.includes(name)).map((name) => BY_NAME[name]);
}
