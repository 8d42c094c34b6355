import { describeKind } from './kinds/describe-kind.js';
import { versitygw } from './kinds/kinds.js';

describeKind(versitygw);
