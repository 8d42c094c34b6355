import { describeKind } from './kinds/describe-kind.js';
import { s3mock } from './kinds/kinds.js';

describeKind(s3mock);
