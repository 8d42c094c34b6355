import { describeKind } from './s3-kinds/describe-kind.js';
import { versitygw } from './s3-kinds/kinds.js';

describeKind(versitygw);
