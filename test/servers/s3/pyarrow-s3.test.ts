import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { done, temporaryFolder } from '../../e2e/support/command-line.js';
import { resultsOf } from '../../e2e/support/results.js';
import { python } from '../../interop/python.js';
import { freshAddress, useS3Server } from '../s3-server.js';
import { resultsIn, withoutSpec } from '../sweep-results.js';
import { useTemporalServer } from '../temporal.js';
import { unitscopeWorker } from '../workers.js';

const s3 = useS3Server();
useTemporalServer();
const script = fileURLToPath(new URL('python/write_to_s3.py', import.meta.url));

it('sweeps activations that pyarrow wrote straight to S3, to the bytes of the in-process engine on files', async () => {
  const folder = await temporaryFolder();
  const { bucket, endpoint } = s3();
  await mkdir(join(folder, 'maps'));
  await python(script, join(folder, 'maps'), `${bucket}/runs/pyarrow`, endpoint);
  const spec = (pattern: string): string =>
    `name: maps\nsource: { activations: ["${pattern}"] }\nbirths: true\nstatistics: { bootstrap: 20 }\n`;
  await writeFile(join(folder, 'local.yaml'), spec('maps/*.arrow'));
  await writeFile(join(folder, 'remote.yaml'), spec(`s3://${bucket}/runs/pyarrow/*.arrow`));

  const address = freshAddress(s3());
  await Promise.all([unitscopeWorker(), unitscopeWorker()]);
  const args = ['sweep', 'remote.yaml', '--engine', 'temporal', '--store', address, '--json'];
  expect(JSON.parse(await done(args, { cwd: folder }))).toMatchObject({
    cells: { total: 8, done: 8, failed: 0 },
    maps: 8 * 35,
  });
  const found = await resultsIn(address, 'maps');
  await done(['sweep', 'remote.yaml', '--store', 'here'], { cwd: folder });
  expect(found).toEqual(await resultsOf(folder, 'maps', 'here'));

  // Of objects whose SHA-256 no one knows the identity is their ETag: the checkpoint's digest differs, and with it the
  // seed of the bootstrap in `layers`; the units do not.
  const ofUnits = (results: Record<string, Buffer>): Record<string, Buffer> =>
    withoutSpec(Object.fromEntries(Object.entries(results).filter(([name]) => /^(units|births)/.test(name))));
  await done(['sweep', 'local.yaml', '--store', 'local'], { cwd: folder });
  expect(Object.keys(ofUnits(found))).toHaveLength(4);
  expect(ofUnits(found)).toEqual(ofUnits(await resultsOf(folder, 'maps', 'local')));
}, 600_000); // pyarrow may have to be installed first
