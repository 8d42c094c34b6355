import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import protobuf from 'protobufjs';
import { openModel } from '../../src/open-model.ts';
import { OnnxBodies } from '../../src/files/onnx-bodies.ts';

const { root } = protobuf.parse(`
syntax = "proto3";
message Model { int64 ir_version = 1; Graph graph = 7; repeated Function functions = 25; }
message Graph { repeated Node node = 1; repeated Tensor initializer = 5; }
message Node { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; string domain = 7; }
message Attribute { string name = 1; int64 i = 3; Tensor t = 5; Graph g = 6; int32 type = 20; }
message Function { string name = 1; repeated string input = 4; repeated string output = 5; repeated Node node = 7; string domain = 10; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; repeated int64 int64_data = 7; string name = 8; }
`);
const Model = root.lookupType('Model');

type Json = Record<string, unknown>;
const constant = (output: string, value: number): Json => ({
  opType: 'Constant',
  output: [output],
  attribute: [{ name: 'value', t: { dataType: 7, int64Data: [value] } }],
});
const loop = (name: string, count: string, body: Json[] = [], initializer: Json[] = []): Json => ({
  ...{ opType: 'Loop', name, input: [count, '', 'x'], output: ['y'] },
  attribute: [{ name: 'body', g: { node: body, initializer } }],
});
const call = (opType: string, input: string[] = []): Json => ({
  opType,
  domain: 'own',
  input,
  output: ['y'],
});
const define = (name: string, node: Json[], input: string[] = []): Json => ({
  name,
  domain: 'own',
  input,
  node,
});

const endless = (node: Json[], functions: Json[] = [], initializer: Json[] = []): string | null =>
  new OnnxBodies(
    Model.encode(Model.fromObject({ graph: { node, initializer }, functions })).finish(),
  ).endless();

describe('a network', () => {
  it('ends where the rounds of its loops are written in the file', () => {
    expect(endless([{ opType: 'Conv' }])).toBeNull();
    expect(endless([constant('n', 10), loop('l', 'n')])).toBeNull();
    expect(endless([loop('l', 'n')], [], [{ name: 'n', dataType: 7, int64Data: [5] }])).toBeNull();
  });

  it('may run for ever where they are computed, absent or too many', () => {
    expect(endless([loop('l', 'computed')])).toContain("its loop 'l'");
    expect(endless([loop('l', '')])).toContain('is not written in the file');
    expect(endless([constant('n', 2 ** 53), loop('l', 'n')])).toContain('goes round up to');
  });

  it('has the rounds of loops inside each other multiplied, with what the graph around them holds', () => {
    const nested = (outer: number, inner: number): string | null =>
      endless([constant('n', outer), constant('m', inner), loop('outer', 'n', [loop('inner', 'm')])]);
    expect(nested(100, 100)).toBeNull();
    expect(nested(1000, 1000)).toContain("its loop 'inner' goes round up to 1000000 times");
  });

  it('is looked at in the branches of conditions and in functions', () => {
    const branch = { opType: 'If', attribute: [{ name: 'then_branch', g: { node: [loop('l', '')] } }] };
    expect(endless([branch])).toContain("'l'");
    expect(endless([call('f')], [define('f', [loop('l', '')])])).toContain("'l'");
    expect(endless([], [define('f', [loop('l', '')])])).toBeNull();
    const parameter = define('f', [loop('l', 'count')], ['count']);
    expect(endless([constant('n', 3), call('f', ['n'])], [parameter])).toBeNull();
  });

  it('may not have functions that call each other in a circle, or that unfold without measure', () => {
    const circle = [define('f', [call('g')]), define('g', [call('f')])];
    expect(endless([call('f')], circle)).toContain("its function 'f' calls itself");
    const twice = Array.from({ length: 60 }, (_, i) =>
      define(`f${i}`, [call(`f${i + 1}`), call(`f${i + 1}`)]),
    );
    expect(endless([call('f0')], twice)).toContain('more than 200000 operations');
  });
});

it('is refused by name when it is opened: a loop that goes round for ever leads to its convolution', async () => {
  const path = join(import.meta.dirname, '..', 'fixtures', 'hostile', 'loop.onnx');
  expect(new OnnxBodies(await readFile(path)).endless()).not.toBeNull();
  await expect(openModel(path)).rejects.toThrow(/loop\.onnx: the network may run for ever/);
});

it('refuses weights of a type that has no numbers before tfjs goes through them', async () => {
  const path = join(import.meta.dirname, '..', 'fixtures', 'hostile', 'tfjs-strdtype', 'model.json');
  await expect(openModel(path)).rejects.toThrow(
    /weights "k": expected numbers .*, found "string" of \[1000000000\]/,
  );
});
