// What is fuzzed: a reader of each format that others hand in. A reader answers, or throws an error of its own (with a code).
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardSql, TABLES } from '@unitscope/query';
import { decodeManifest } from '@unitscope/plan';
import { decodeTable, failuresSchema, memorySource, openActivations } from '@unitscope/tables';
import { decodeOnnx } from '../../packages/models/dist/onnx/onnx-file.js';
import { readModelJson } from '../../packages/models/dist/tfjs/tfjs-artifacts.js';
import { openWeights } from '../../packages/models/dist/weights/open-weights.js';
import { parseS3Address } from '../../packages/store/dist/s3/s3-address.js';

const folder = await mkdtemp(join(tmpdir(), 'unitscope-fuzz-'));
const text = (bytes) => Buffer.from(bytes).toString('utf8');

async function readWeights(name, bytes) {
  const file = join(folder, name);
  await writeFile(file, bytes);
  await openWeights(file);
}

/** @type {Record<string, (bytes: Uint8Array) => unknown>} */
export const targets = {
  manifest: (bytes) => decodeManifest(text(bytes), 'fuzz'),
  onnx: (bytes) => decodeOnnx('fuzz.onnx', Buffer.from(bytes)),
  arrow: async (bytes) => {
    await decodeTable(memorySource('fuzz.arrow', bytes), failuresSchema);
  },
  activations: async (bytes) => {
    const file = await openActivations(memorySource('fuzz.arrow', bytes));
    for await (const block of file.blocks()) if (block.maps.length < 0) throw new Error('no maps');
  },
  tfjs: async (bytes) => {
    const file = join(folder, 'model.json');
    await writeFile(file, bytes);
    await readModelJson(file);
  },
  safetensors: (bytes) => readWeights('weights.safetensors', bytes),
  index: (bytes) => readWeights('weights.index.json', bytes),
  torch: (bytes) => readWeights('weights.pt', bytes),
  sql: (bytes) => {
    const { sql } = guardSql(text(bytes), TABLES);
    // What passed says the same when it is read again: names stand in quotes, tables are known.
    const again = guardSql(sql, TABLES);
    if (/\b(?:read|scan)_\w+\s*\(/i.test(sql.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, '')))
      throw new Error(`a file function passed: ${sql}`);
    return again;
  },
  s3: (bytes) => parseS3Address(text(bytes), {}),
};
