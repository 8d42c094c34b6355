import { describe, expect, it } from 'vitest';
import { findTaps, type Op, type Role } from '../src/op-graph.ts';

const conv: Op = {
  name: 'conv',
  type: 'Conv',
  role: 'convolution',
  inputs: ['image'],
  output: 'y',
  convolution: { kind: 'conv', fused: null },
};

function op(role: Role, type: string, inputs: string[], output: string): Op {
  return { name: output, type, role, inputs, output };
}

function tapOf(...ops: Op[]): { tensor: string; activation: string | null } {
  const [tap] = findTaps([conv, ...ops]);
  return { tensor: tap!.tensor, activation: tap!.activation };
}

const next = (input: string) => op('other', 'MaxPool', [input], 'end');

describe('findTaps', () => {
  it('takes the ReLU after batch norm', () => {
    const ops = [op('linear', 'BatchNormalization', ['y'], 'bn'), op('activation', 'Relu', ['bn'], 'relu')];
    expect(tapOf(...ops, next('relu'))).toEqual({ tensor: 'relu', activation: 'Relu' });
  });

  it('takes the output of batch norm where no activation follows, and says so', () => {
    const ops = [
      op('linear', 'BatchNormalization', ['y'], 'bn'),
      op('combine', 'Add', ['bn', 'shortcut'], 'sum'),
      op('activation', 'Relu', ['sum'], 'relu'),
    ];
    expect(tapOf(...ops)).toEqual({ tensor: 'bn', activation: null });
  });

  it('stops at the activation where a batch norm follows it', () => {
    const ops = [op('activation', 'Relu', ['y'], 'relu'), op('linear', 'BatchNormalization', ['relu'], 'bn')];
    expect(tapOf(...ops, next('bn'))).toEqual({ tensor: 'relu', activation: 'Relu' });
  });

  it('takes the product of SiLU, not its sigmoid', () => {
    const ops = [
      op('linear', 'BatchNormalization', ['y'], 'bn'),
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
      op('linear', 'Div', ['product'], 'sixth'),
    ];
    expect(tapOf(...ops, next('sixth'))).toEqual({ tensor: 'sixth', activation: 'Clip + Mul' });
  });

  it('stops at SiLU where a batch norm follows it', () => {
    const ops = [
      op('activation', 'Sigmoid', ['y'], 'gate'),
      op('combine', 'Mul', ['y', 'gate'], 'silu'),
      op('linear', 'BatchNormalization', ['silu'], 'bn'),
    ];
    expect(tapOf(...ops, next('bn'))).toEqual({ tensor: 'silu', activation: 'Sigmoid + Mul' });
  });

  it('leaves the gate of squeeze and excitation out', () => {
    const ops = [
      op('activation', 'Relu', ['y'], 'relu'),
      op('other', 'GlobalAveragePool', ['relu'], 'pool'),
      op('combine', 'Mul', ['relu', 'pool'], 'scaled'),
    ];
    expect(tapOf(...ops)).toEqual({ tensor: 'relu', activation: 'Relu' });
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
