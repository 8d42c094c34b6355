import { describeKind } from './s3-kinds/describe-kind.js';
import { s3mock } from './s3-kinds/kinds.js';

describeKind(s3mock);
