// node test/fuzz/seeds.mjs: writes the first inputs of each target anew; the corpus holds them and what was found since.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { encodeManifest, parseSpec } from '@unitscope/plan';
import {
  ActivationsWriter,
  encodeTable,
  failuresSchema,
  MemorySink,
  nullableTextColumn,
  textColumn,
} from '@unitscope/tables';
import { resolveSweep } from '@unitscope/tasks';

const corpus = new URL('corpus/', import.meta.url);
function keep(target, name, bytes) {
  const folder = new URL(`${target}/`, corpus);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(name, folder), bytes);
}

const failures = {
  checkpoint: nullableTextColumn(['c', null]),
  layer: nullableTextColumn(['l', 'm']),
  category: nullableTextColumn([null, 'k']),
  task: textColumn(['measure', 'extract']),
  attempts: Uint32Array.of(1, 2),
  code: textColumn(['A', 'B']),
  message: textColumn(['wrong', 'more wrong']),
};
const folder = mkdtempSync(join(tmpdir(), 'unitscope-seeds-'));
try {
  for (const compression of /** @type {const} */ (['none', 'lz4', 'zstd'])) {
    const sink = new MemorySink();
    const labels = { checkpoint: 'c', layer: 'l', layerIndex: 0, category: 'k' };
    const writer = await ActivationsWriter.begin(sink, {
      size: 4,
      images: ['a', 'b'],
      ...labels,
      compression: compression === 'none' ? null : compression,
    });
    const maps = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * i));
    await writer.write(Uint32Array.of(0, 1, 0, 1), Uint32Array.of(0, 0, 1, 1), maps);
    await writer.close();
    keep('activations', `${compression}.arrow`, sink.bytes());
    if (compression === 'none') writeFileSync(join(folder, 'a.arrow'), sink.bytes());
  }
  const spec = 'name: s\nsource: { activations: ["a.arrow"] }\n';
  keep('manifest', 'activations.json', encodeManifest(await resolveSweep(parseSpec(spec, 'seed'), folder)));
  keep('arrow', 'failures.arrow', await encodeTable(failuresSchema, failures));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const fixtures = new URL('../../packages/models/test/fixtures/', import.meta.url);
for (const name of readdirSync(fixtures, { recursive: true, encoding: 'utf8' })) {
  const bytes = () => readFileSync(new URL(name, fixtures));
  const flat = name.replaceAll(/[/\\]/g, '-');
  if (name.endsWith('.onnx') && bytes().length < 20_000) keep('onnx', flat, bytes());
  if (name.endsWith('model.json') && bytes().length < 20_000) keep('tfjs', flat, bytes());
}

const header = JSON.stringify({
  __metadata__: { format: 'pt' },
  'conv.weight': { dtype: 'F32', shape: [2, 1, 1, 1], data_offsets: [0, 8] },
  'conv.bias': { dtype: 'BF16', shape: [2], data_offsets: [8, 12] },
});
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(header.length));
keep('safetensors', 'two.safetensors', Buffer.concat([length, Buffer.from(header), Buffer.alloc(12)]));
const weight_map = { 'conv.weight': 'a-00001.safetensors', 'conv.bias': './b.bin' };
keep('index', 'two.index.json', JSON.stringify({ metadata: { total_size: 12 }, weight_map }));
for (const name of readdirSync(fixtures, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(pt|pth)$/.test(name)) continue;
  const bytes = readFileSync(new URL(name, fixtures));
  if (bytes.length < 30_000) keep('torch', name.replaceAll(/[/\\]/g, '-'), bytes);
}

const quantization = { dtype: 'uint8', min: 0, scale: 1 };
const weights = [{ name: 'w', shape: [3, 3, 1, 2], dtype: 'float32', quantization }];
const config = { name: 'a', filters: 2, batch_input_shape: [null, 8, 8, 1] };
const layers = [{ class_name: 'Conv2D', config }];
const weightsManifest = [{ paths: ['group1-shard1of1.bin'], weights }];
const sequential = { class_name: 'Sequential', config: { name: 's', layers } };
keep('tfjs', 'layers.json', JSON.stringify({ modelTopology: { model_config: sequential }, weightsManifest }));
const node = [{ name: 'c', op: 'Conv2D', input: ['x', 'w'], attr: {} }];
keep(
  'tfjs',
  'graph.json',
  JSON.stringify({ format: 'graph-model', modelTopology: { node }, weightsManifest }),
);

const statements = [
  'SELECT layer, avg(entropy) AS h FROM units WHERE sensitive GROUP BY layer ORDER BY h DESC NULLS LAST LIMIT 3',
  'WITH a AS (SELECT * FROM units u LEFT JOIN layers USING (layer)) SELECT a.*, CAST(x AS int) FROM a CROSS JOIN births',
  "SELECT CASE WHEN x IS NOT DISTINCT FROM 'it''s' THEN trim(both ' ' from y) ELSE \"limit\"::text END FROM units",
  "SELECT * FROM units WHERE x IN (SELECT y FROM layers) AND z BETWEEN 1 AND 2 OR t NOT LIKE '%a' ESCAPE '!'",
  'SELECT sum(x) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM units /* c */ -- d',
  "SELECT * FROM read_csv('/etc/passwd')",
];
for (const [i, sql] of statements.entries()) keep('sql', `${i}.sql`, sql);
const addresses = [
  's3://bucket',
  's3://bucket/a/b?endpoint=http://127.0.0.1:9000&region=us-east-1',
  's3://b/../x?endpoint=',
];
for (const [i, address] of addresses.entries()) keep('s3', `${i}.txt`, address);
