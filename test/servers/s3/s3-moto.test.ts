import { describeKind } from './kinds/describe-kind.js';
import { moto } from './kinds/kinds.js';

describeKind(moto);
