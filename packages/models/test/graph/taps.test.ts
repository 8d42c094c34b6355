import type { TapKind } from '@unitscope/plan';
import { describe, expect, it } from 'vitest';
import { onnxMeaning } from '../../src/graph/onnx-meanings.ts';
import type { Op, Role } from '../../src/graph/op-graph.ts';
import { findTaps } from '../../src/graph/taps.ts';

const conv: Op = {
  name: 'conv',
  type: 'Conv',
  role: 'convolution',
  inputs: ['image'],
  output: 'y',
  convolution: { kind: 'conv', fused: null },
};

function op(role: Role, type: string, inputs: string[], output: string): Op {
  return { name: output, type, role, inputs, output, meaning: onnxMeaning('', type) };
}

function tapOf(...ops: Op[]): { tensor: string; activation: string | null } {
  const [tap] = findTaps([conv, ...ops]);
  return { tensor: tap!.tensor, activation: tap!.activation };
}

const next = (input: string) => op('other', 'MaxPool', [input], 'end');

describe('findTaps', () => {
  it('takes the ReLU after batch norm', () => {
    const ops = [op('norm', 'BatchNormalization', ['y'], 'bn'), op('activation', 'Relu', ['bn'], 'relu')];
    expect(tapOf(...ops, next('relu'))).toEqual({ tensor: 'relu', activation: 'Relu' });
  });

  it('takes the output of batch norm where no activation follows, and says so', () => {
    const ops = [
      op('norm', 'BatchNormalization', ['y'], 'bn'),
      op('combine', 'Add', ['bn', 'shortcut'], 'sum'),
      op('activation', 'Relu', ['sum'], 'relu'),
    ];
    expect(tapOf(...ops)).toEqual({ tensor: 'bn', activation: null });
  });

  it('stops at the activation where a batch norm follows it', () => {
    const ops = [op('activation', 'Relu', ['y'], 'relu'), op('norm', 'BatchNormalization', ['relu'], 'bn')];
    expect(tapOf(...ops, next('bn'))).toEqual({ tensor: 'relu', activation: 'Relu' });
  });

  it('takes the product of SiLU, not its sigmoid', () => {
    const ops = [
      op('norm', 'BatchNormalization', ['y'], 'bn'),
      op('activation', 'Sigmoid', ['bn'], 'gate'),
      op('combine', 'Mul', ['bn', 'gate'], 'silu'),
    ];
    expect(tapOf(...ops, next('silu'))).toEqual({ tensor: 'silu', activation: 'Sigmoid + Mul' });
  });

  it('takes hard swish with the division by six that ends it', () => {
    const ops = [
      op('linear', 'Add', ['y'], 'plus3'),
      op('activation', 'Clip', ['plus3'], 'clip'),
      op('combine', 'Mul', ['y', 'clip'], 'product'),
      { ...op('linear', 'Div', ['product'], 'sixth'), isScalar: true },
    ];
    expect(tapOf(...ops, next('sixth'))).toEqual({ tensor: 'sixth', activation: 'Clip + Mul' });
  });

  it('stops at SiLU where a batch norm follows it', () => {
    const ops = [
      op('activation', 'Sigmoid', ['y'], 'gate'),
      op('combine', 'Mul', ['y', 'gate'], 'silu'),
      op('norm', 'BatchNormalization', ['silu'], 'bn'),
    ];
    expect(tapOf(...ops, next('bn'))).toEqual({ tensor: 'silu', activation: 'Sigmoid + Mul' });
  });

  const squeeze = (from: string) => [
    op('reduce', 'GlobalAveragePool', [from], 'pool'),
    { ...conv, name: 'fc', inputs: ['pool'], output: 'fc' },
    op('activation', 'Sigmoid', ['fc'], 'gate'),
    op('combine', 'Mul', [from, 'gate'], 'gated'),
  ];

  it('takes the product of squeeze and excitation, which is what the next layer sees', () => {
    const relu = op('activation', 'Relu', ['y'], 'relu');
    expect(tapOf(relu, ...squeeze('relu'))).toEqual({ tensor: 'gated', activation: 'Relu + Mul' });
    expect(tapOf(relu, ...squeeze('relu'), op('norm', 'BatchNormalization', ['gated'], 'bn'))).toEqual({
      tensor: 'gated',
      activation: 'Relu + Mul',
    });
  });

  it('takes the activation that follows a gate', () => {
    const relu = op('activation', 'Relu', ['gated'], 'relu');
    expect(tapOf(...squeeze('y'), relu)).toEqual({ tensor: 'relu', activation: 'Mul + Relu' });
  });

  it('leaves out a product that is not all that the next layers see, or is made of other maps', () => {
    const relu = op('activation', 'Relu', ['y'], 'relu');
    const past = op('other', 'Concat', ['relu', 'gated'], 'both');
    expect(tapOf(relu, ...squeeze('relu'), past)).toEqual({ tensor: 'relu', activation: 'Relu' });
    const foreign = op('combine', 'Mul', ['relu', 'elsewhere'], 'product');
    expect(tapOf(relu, foreign)).toEqual({ tensor: 'relu', activation: 'Relu' });
  });

  it('takes the rounded maps of a quantised network', () => {
    const ops = [
      op('activation', 'Relu', ['y'], 'relu'),
      op('quantize', 'QuantizeLinear', ['relu'], 'q'),
      op('dequantize', 'DequantizeLinear', ['q'], 'dq'),
    ];
    expect(tapOf(...ops, next('dq'))).toEqual({ tensor: 'dq', activation: 'Relu' });
  });

  it('takes the output itself of a convolution that applies its own activation', () => {
    const fused: Op = { ...conv, convolution: { kind: 'conv', fused: 'relu' } };
    const [tap] = findTaps([fused, op('activation', 'Sigmoid', ['y'], 's')]);
    expect(tap).toMatchObject({ tensor: 'y', activation: 'relu' });
  });

  it('takes the bare output of a convolution whose maps go straight into the next', () => {
    expect(tapOf({ ...conv, name: 'conv2', inputs: ['y'], output: 'z' })).toEqual({
      tensor: 'y',
      activation: null,
    });
  });
});

describe('findTaps before the activation', () => {
  const before = (...ops: Op[]) => findTaps([conv, ...ops], 'pre-activation')[0];

  it('takes the convolution with its batch norm', () => {
    const ops = [op('norm', 'BatchNormalization', ['y'], 'bn'), op('activation', 'Relu', ['bn'], 'relu')];
    expect(before(...ops, next('relu'))).toMatchObject({ tensor: 'bn', activation: null });
    expect(before(op('activation', 'Relu', ['y'], 'relu'))?.tensor).toBe('y');
  });

  it('takes what the branches of SiLU and hard swish have in common', () => {
    const silu = [
      op('norm', 'BatchNormalization', ['y'], 'bn'),
      op('activation', 'Sigmoid', ['bn'], 'gate'),
      op('combine', 'Mul', ['bn', 'gate'], 'silu'),
    ];
    expect(before(...silu)?.tensor).toBe('bn');
    const swish = [
      op('linear', 'Add', ['y'], 'plus3'),
      op('activation', 'Clip', ['plus3'], 'clip'),
      op('combine', 'Mul', ['y', 'clip'], 'product'),
    ];
    expect(before(...swish)?.tensor).toBe('y');
  });

  it('takes rounded maps of a quantised network, never the integers', () => {
    const ops = [
      op('quantize', 'QuantizeLinear', ['y'], 'q'),
      op('dequantize', 'DequantizeLinear', ['q'], 'dq'),
      op('activation', 'Relu', ['dq'], 'relu'),
    ];
    expect(before(...ops)?.tensor).toBe('dq');
  });

  it('says why where the convolution applies its activation itself', () => {
    const fused: Op = { ...conv, convolution: { kind: 'conv', fused: 'Relu6' } };
    const [tap] = findTaps([fused], 'pre-activation');
    expect(tap?.reason).toBe("'Relu6' is a part of the convolution: no tensor holds what comes before it");
  });
});

describe('findTaps of residual blocks', () => {
  const second: Op = { ...conv, name: 'second', inputs: ['y'], output: 'z' };
  const blocks = (...ops: Op[]) => {
    const kind: TapKind = 'block-output';
    return findTaps([conv, second, ...ops], kind).map(({ op: { name }, tensor, activation }) => [
      name,
      tensor,
      activation,
    ]);
  };
  const sum = op('combine', 'Add', ['y', 'z'], 'sum');

  it('takes the activation after the addition', () => {
    expect(blocks(sum, op('activation', 'Relu', ['sum'], 'relu'), next('relu'))).toEqual([
      ['sum', 'relu', 'Relu'],
    ]);
  });

  it('takes the sum itself where a layer or the next block follows', () => {
    expect(blocks(sum, next('sum'))).toEqual([['sum', 'sum', null]]);
    const norm = op('norm', 'BatchNormalization', ['sum'], 'bn');
    expect(blocks(sum, norm, op('activation', 'Relu', ['bn'], 'relu'))).toEqual([['sum', 'sum', null]]);
    const relu = op('activation', 'Relu', ['sum'], 'relu');
    const third: Op = { ...conv, name: 'third', inputs: ['relu'], output: 'w' };
    expect(blocks(sum, relu, third, op('combine', 'Add', ['sum', 'w'], 'next'))).toEqual([
      ['sum', 'sum', null],
      ['next', 'next', null],
    ]);
  });

  it('leaves out an addition inside an activation', () => {
    const gelu = [op('activation', 'Tanh', ['y'], 'tanh'), op('combine', 'Add', ['y', 'tanh'], 'inner')];
    expect(blocks(...gelu)).toEqual([]);
  });
});
