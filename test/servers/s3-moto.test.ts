import { describeKind } from './s3-kinds/describe-kind.js';
import { moto } from './s3-kinds/kinds.js';

describeKind(moto);
