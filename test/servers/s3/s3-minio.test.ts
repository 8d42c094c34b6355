import { test } from 'vitest';
import { describeKind } from './kinds/describe-kind.js';
import { minio } from './kinds/kinds.js';

if (process.env['UNITSCOPE_MINIO']) describeKind(minio);
else test.skip('MinIO: UNITSCOPE_MINIO names no binary', () => undefined);
