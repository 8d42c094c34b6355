import { test } from 'vitest';
import { describeKind } from './s3-kinds/describe-kind.js';
import { minio } from './s3-kinds/kinds.js';

if (process.env['UNITSCOPE_MINIO']) describeKind(minio);
else test.skip('MinIO: UNITSCOPE_MINIO names no binary', () => undefined);
