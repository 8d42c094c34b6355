import { createServer, type AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { done, refused, temporaryFolder, unitscope } from '../../e2e/support/command-line.js';
import { activationSweep, storeOf } from '../activation-sweep.js';
import { freshAddress, useS3Server } from '../s3-server.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { notingWorker } from '../workers.js';

const s3 = useS3Server();
const temporal = useTemporalServer();

it.each([[['sweeps', '--engine', 'temporal']], [['worker', '--port', '0']]])(
  'says what to do where there is no such namespace, and ends: %s',
  async (args) => {
    const run = await refused(args, {
      cwd: await temporaryFolder(),
      env: { TEMPORAL_NAMESPACE: 'elsewhere' },
    });
    expect(run).toContain(`the Temporal server ${temporal().address} has no namespace "elsewhere"`);
    expect(run).toContain('temporal operator namespace create --namespace elsewhere');
  },
);

it.each([[['sweeps', '--engine', 'temporal']], [['worker', '--port', '0']]])(
  'says where no server answers, in words: %s',
  async (args) => {
    const run = await unitscope(args, { env: { TEMPORAL_ADDRESS: '127.0.0.1:9' } });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(
      /^unitscope: no Temporal server answers at 127\.0\.0\.1:9 \([a-z ]+\): check TEMPORAL_ADDRESS .*\n$/,
    );
  },
);

it('ends a worker whose port is taken, and names another way', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const run = await refused(['worker', '--port', String(port)], { cwd: await temporaryFolder() });
  expect(run).toContain(`port ${port} of 127.0.0.1: it is taken; choose another (--port, 0 is a free one)`);
});

it('finds a sweep by its name alone in a store it was told of, and asks which where two stores have one', async () => {
  const sweep = await activationSweep();
  const cwd = await temporaryFolder();
  const env = { UNITSCOPE_STORES: pathToFileURL(sweep.folder).href };
  const client = await sweepClient();
  const launch = async (name: string): Promise<void> => {
    await client.launch(sweep.manifest, storeOf(sweep, name), { spec: sweep.text });
    await expect
      .poll(async () => (await client.list()).map(({ store }) => store))
      .toContain(storeOf(sweep, name));
  };
  await launch('one');
  const unknown = await refused(['cancel', 'tiny'], { cwd });
  expect(unknown).toContain(
    `run this with \`--store ${storeOf(sweep, 'one')}\`, or have it in UNITSCOPE_STORES`,
  );
  expect(await done(['cancel', 'tiny'], { cwd, env })).toBe(
    `sweep tiny in ${storeOf(sweep, 'one')}: is being cancelled; \`unitscope watch tiny\` waits for its end\n`,
  );
  await launch('two');
  const question = await refused(['cancel', 'tiny'], { cwd, env });
  expect(question).toContain('"tiny" is the name of sweeps in 2 stores: say which with --store');
  await done(['cancel', 'tiny', '--store', storeOf(sweep, 'two')], { cwd });
});

it('says what workers complain of while they try again', async () => {
  const sweep = await activationSweep();
  const client = await sweepClient();
  const { run } = await client.launch(sweep.manifest, freshAddress(s3()), { spec: sweep.text });
  await notingWorker({ AWS_SECRET_ACCESS_KEY: 'wrong' });
  await expect
    .poll(() => run.troubles([]), { timeout: 30_000 })
    .toEqual([expect.stringContaining('the S3 credentials are wrong for this server')]);
  await run.cancel();
});
