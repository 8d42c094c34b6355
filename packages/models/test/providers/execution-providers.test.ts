import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backendId, openModel } from '../../src/open-model.ts';
import { onTheCpu, providersOf } from '../../src/providers/execution-providers.ts';
import { refuseAbsentProviders, tryProviders } from '../../src/providers/provider-trials.ts';

const NETWORK = join(import.meta.dirname, '../fixtures/torch/mobile/graph-dynamo-plain.onnx');
/** One that onnxruntime-node does not have on this system. */
const ABSENT = process.platform === 'win32' ? 'coreml' : 'dml';

test('providers are part of what a backend is called, and the CPU alone is not', async () => {
  const plain = await backendId('onnx');
  expect(await backendId('onnx', 'auto', undefined, ['cpu'])).toBe(plain);
  const cuda = await backendId('onnx', 'onnxruntime', undefined, ['cuda']);
  expect(cuda).toBe(`${plain} providers cuda+cpu`);
  expect(await backendId('onnx', 'auto', undefined, ['cuda', 'cpu'])).toBe(cuda);
  expect(providersOf(cuda)).toEqual(['cuda', 'cpu']);
  expect(onTheCpu(cuda)).toBe(plain);
  expect([providersOf(plain), onTheCpu(plain)]).toEqual([undefined, plain]);
});

test('a tfjs model has none', async () => {
  await expect(backendId('tfjs-layers', 'auto', undefined, ['cuda'])).rejects.toThrow(
    'providers (cuda) are those of onnxruntime, on which a tfjs model does not run',
  );
});

test('one that is not there is refused with what is, and never left out in silence', async () => {
  const message = new RegExp(
    `'${ABSENT}' does not run here \\(not in this build of onnxruntime-node\\); there is: cpu`,
  );
  await expect(refuseAbsentProviders([ABSENT, 'cpu'])).rejects.toThrow(message);
  const opened = openModel(NETWORK, { providers: [ABSENT] });
  await expect(opened).rejects.toMatchObject({ code: 'BACKEND_MISSING' });
  await expect(opened).rejects.toThrow(message);
}, 120_000);

test('each is tried: the CPU runs everywhere, and an absent one has a reason', async () => {
  const tried = await tryProviders();
  expect(tried.get('cpu')).toBeNull();
  expect(tried.get(ABSENT)).toBe('not in this build of onnxruntime-node');
}, 120_000);

test('the CPU by name makes the floats of the CPU by default', async () => {
  const sums: number[][] = [];
  for (const options of [{}, { providers: ['cpu'] as const }]) {
    const model = await openModel(NETWORK, options);
    const { height, width, channels } = model.input;
    const image = Float32Array.from({ length: height * width * channels }, (_, i) => Math.sin(i * i));
    const found: number[] = [];
    await model.forward(
      image,
      1,
      model.layers,
      (_, maps) => void found.push(maps.reduce((a, b) => a + b, 0)),
    );
    sums.push(found);
    await model.dispose();
  }
  expect(sums[0]?.length).toBeGreaterThan(3);
  expect(sums[0]).toEqual(sums[1]);
});
