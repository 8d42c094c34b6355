import { CLASSES, NORM_EPSILON, type ExampleNetwork, type Parameters } from './example-network.js';
import { OnnxWriter } from './onnx-writer.js';
import { SIDE } from './training-set.js';

const HALVING = { ints: { kernel_shape: [2, 2], strides: [2, 2] } };

/** The example network as an ONNX file: images × 1 × 28 × 28 in, logits out. */
export function networkBytes(network: ExampleNetwork, parameters: Parameters): Uint8Array {
  const graph = new OnnxWriter();
  let maps = graph.input('images', ['images', 1, SIDE, SIDE]);
  for (const [name, tensor] of parameters) graph.weight(name, tensor);
  for (const { name, kernel, stride, pads, pooled } of network.convolutions) {
    maps = graph.node(
      'Conv',
      [maps, `${name}.weight`, `${name}.bias`],
      { ints: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads } },
      name,
    );
    if (network.batchNorm) {
      const norm = `${name}_norm`;
      const inputs = [maps, `${norm}.weight`, `${norm}.bias`, `${norm}.mean`, `${norm}.variance`];
      maps = graph.node('BatchNormalization', inputs, { float: { epsilon: NORM_EPSILON } }, norm);
    }
    maps = activated(graph, network.activation, maps, `${name}_act`);
    if (pooled) maps = graph.node('MaxPool', [maps], HALVING, `${name}_pool`);
  }
  let features =
    network.head === 'pooling'
      ? graph.node('Flatten', [graph.node('GlobalAveragePool', [maps], {}, 'pool')])
      : graph.node('Flatten', [maps], {}, 'flatten');
  for (const { name } of network.dense) {
    features = graph.node('Gemm', [features, `${name}.weight`, `${name}.bias`], {}, name);
    if (name !== 'logits') features = graph.node('Relu', [features], {}, `${name}_act`);
  }
  graph.output('logits');
  return graph.bytes();
}

function activated(
  graph: OnnxWriter,
  activation: ExampleNetwork['activation'],
  input: string,
  name: string,
): string {
  if (activation === 'relu') return graph.node('Relu', [input], {}, name);
  if (activation === 'relu6') return graph.node('Clip', [input, graph.number(0), graph.number(6)], {}, name);
  return graph.node('Mul', [input, graph.node('Sigmoid', [input])], {}, name);
}

/**
 * One step of training as a graph: images, targets (images × 10, one-hot) and what is learned in, with dropout also `kept`
 * (images × inputs of the logits: 0, or 1 / (1 − share) where it stays); `loss`, the mean cross-entropy in nats, its
 * `gradient/…` by each tensor that is learned, and the `batch/…` statistics of norms out.
 */
export function trainingBytes(network: ExampleNetwork, learned: Parameters): Uint8Array {
  const graph = new OnnxWriter();
  const images = graph.input('images', ['images', 1, SIDE, SIDE]);
  graph.input('targets', ['images', CLASSES]);
  const { dropout, dense } = network;
  if (dropout > 0) graph.input('kept', ['images', dense.at(-1)?.inputs ?? 0]);
  for (const [name, { dims }] of learned) graph.input(name, dims);
  const pass = new TrainingPass(graph, network);
  pass.write(images);
  return graph.bytes();
}

/** What the way back needs of a layer that the way forth has passed. */
type Back = (gradient: string) => string;

class TrainingPass {
  readonly #way: Back[] = [];

  constructor(
    private readonly graph: OnnxWriter,
    private readonly network: ExampleNetwork,
  ) {}

  write(images: string): void {
    let value = images;
    for (const convolution of this.network.convolutions) {
      value = this.#convolution(value, convolution);
      if (this.network.batchNorm) value = this.#norm(value, `${convolution.name}_norm`);
      value = this.#activation(value, this.network.activation);
      if (convolution.pooled) value = this.#maxPool(value);
    }
    value = this.network.head === 'pooling' ? this.#pooling(value) : this.#flatten(value);
    for (const { name } of this.network.dense) {
      if (name === 'logits' && this.network.dropout > 0) value = this.#dropout(value);
      value = this.#dense(value, name);
      if (name !== 'logits') value = this.#activation(value, 'relu');
    }
    let gradient = this.#loss(value);
    for (const back of this.#way.reverse()) gradient = back(gradient);
  }

  /** The loss, and its gradient by the logits. */
  #loss(logits: string): string {
    const { graph } = this;
    const logarithms = graph.node('LogSoftmax', [logits], { int: { axis: 1 } });
    const likelihood = graph.node('Mul', [logarithms, 'targets']);
    // The mean over images × classes, of which one class an image counts.
    const mean = graph.node('ReduceMean', [likelihood], { int: { keepdims: 0 } });
    graph.output(graph.node('Mul', [mean, graph.number(-CLASSES)]), 'loss');
    const surplus = graph.node('Sub', [graph.node('Exp', [logarithms]), 'targets']);
    return graph.node('Div', [surplus, this.#count(logits)]);
  }

  /** How many images there are, as a float. */
  #count(tensor: string): string {
    const { graph } = this;
    const shape = graph.node('Shape', [tensor], { int: { start: 0, end: 1 } });
    return graph.node('Cast', [shape], { int: { to: 1 } });
  }

  #gradient(of: string, tensor: string): void {
    this.graph.output(tensor, `gradient/${of}`);
  }

  #sum(tensor: string, axes: readonly number[], keepdims = 0): string {
    return this.graph.node('ReduceSum', [tensor, this.graph.wholeNumbers(axes)], { int: { keepdims } });
  }

  #convolution(
    input: string,
    { name, stride, pads, kernel }: ExampleNetwork['convolutions'][number],
  ): string {
    const { graph } = this;
    const weight = `${name}.weight`;
    const ints = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads };
    const output = graph.node('Conv', [input, weight, `${name}.bias`], { ints }, name);
    this.#way.push((gradient) => {
      this.#gradient(`${name}.bias`, this.#sum(gradient, [0, 2, 3]));
      // dW[o,c,i,j] = Σ x[b,c,y·s+i,x·s+j] · dy[b,o,y,x]: a convolution in which channels and images change places, the
      // gradient is the kernel and the stride dilates it.
      const swapped = { ints: { perm: [1, 0, 2, 3] } };
      const kernels = graph.node(
        'Conv',
        [graph.node('Transpose', [input], swapped), graph.node('Transpose', [gradient], swapped)],
        {
          ints: { dilations: [stride, stride], pads },
        },
      );
      this.#gradient(weight, graph.node('Transpose', [kernels], swapped));
      // Images have no gradient.
      return name === 'conv1' ? '' : graph.node('ConvTranspose', [gradient, weight], { ints });
    });
    return output;
  }

  #norm(input: string, name: string): string {
    const { graph } = this;
    const axes = { ints: { axes: [0, 2, 3] }, int: { keepdims: 1 } };
    const perUnit = (tensor: string): string =>
      graph.node('Unsqueeze', [tensor, graph.wholeNumbers([0, 2, 3])]);
    const flat = (tensor: string): string => graph.node('Squeeze', [tensor, graph.wholeNumbers([0, 2, 3])]);
    const mean = graph.node('ReduceMean', [input], axes);
    const centred = graph.node('Sub', [input, mean]);
    const variance = graph.node('ReduceMean', [graph.node('Mul', [centred, centred])], axes);
    const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.number(NORM_EPSILON)])]);
    const normal = graph.node('Div', [centred, deviation]);
    graph.output(flat(mean), `batch/${name}.mean`);
    graph.output(flat(variance), `batch/${name}.variance`);
    const scale = perUnit(`${name}.weight`);
    this.#way.push((gradient) => {
      const along = graph.node('Mul', [gradient, normal]);
      this.#gradient(`${name}.bias`, this.#sum(gradient, [0, 2, 3]));
      this.#gradient(`${name}.weight`, this.#sum(along, [0, 2, 3]));
      const rest = graph.node('Sub', [gradient, graph.node('ReduceMean', [gradient], axes)]);
      const slope = graph.node('Mul', [normal, graph.node('ReduceMean', [along], axes)]);
      return graph.node('Mul', [graph.node('Sub', [rest, slope]), graph.node('Div', [scale, deviation])]);
    });
    return graph.node('Add', [graph.node('Mul', [normal, scale]), perUnit(`${name}.bias`)]);
  }

  #activation(input: string, activation: ExampleNetwork['activation']): string {
    const { graph } = this;
    const above = (): string => graph.node('Greater', [input, graph.number(0)]);
    const kept = (gradient: string, where: string): string =>
      graph.node('Where', [where, gradient, graph.number(0)]);
    if (activation === 'relu') {
      this.#way.push((gradient) => kept(gradient, above()));
    } else if (activation === 'relu6') {
      this.#way.push((gradient) =>
        kept(gradient, graph.node('And', [above(), graph.node('Less', [input, graph.number(6)])])),
      );
    } else {
      // The slope of x·σ(x) is σ + y·(1 − σ).
      this.#way.push((gradient) => {
        const sigmoid = graph.node('Sigmoid', [input]);
        const rest = graph.node('Sub', [graph.number(1), sigmoid]);
        const slope = graph.node('Add', [
          sigmoid,
          graph.node('Mul', [graph.node('Mul', [input, sigmoid]), rest]),
        ]);
        return graph.node('Mul', [gradient, slope]);
      });
    }
    return activated(graph, activation, input, `${input}_act`);
  }

  #maxPool(input: string): string {
    const { graph } = this;
    const indices = `${input}/largest`;
    const output = graph.node('MaxPool', [input], HALVING, undefined, [indices]);
    // Windows do not overlap: each gradient goes to the place of its largest value, and 0 elsewhere.
    this.#way.push((gradient) => graph.node('MaxUnpool', [gradient, indices], HALVING));
    return output;
  }

  #dropout(input: string): string {
    const { graph } = this;
    this.#way.push((gradient) => graph.node('Mul', [gradient, 'kept']));
    return graph.node('Mul', [input, 'kept']);
  }

  #pooling(input: string): string {
    const { graph } = this;
    this.#way.push((gradient) => {
      const perMap = graph.node('Unsqueeze', [gradient, graph.wholeNumbers([2, 3])]);
      const share = graph.node('Div', [perMap, graph.number(this.network.side ** 2)]);
      return graph.node('Expand', [share, graph.node('Shape', [input])]);
    });
    return graph.node('ReduceMean', [input], { ints: { axes: [2, 3] }, int: { keepdims: 0 } });
  }

  #flatten(input: string): string {
    const { graph } = this;
    this.#way.push((gradient) => graph.node('Reshape', [gradient, graph.node('Shape', [input])]));
    return graph.node('Flatten', [input]);
  }

  #dense(input: string, name: string): string {
    const { graph } = this;
    const weight = `${name}.weight`;
    this.#way.push((gradient) => {
      this.#gradient(`${name}.bias`, this.#sum(gradient, [0]));
      this.#gradient(weight, graph.node('Gemm', [input, gradient], { int: { transA: 1 } }));
      return graph.node('Gemm', [gradient, weight], { int: { transB: 1 } });
    });
    return graph.node('Gemm', [input, weight, `${name}.bias`], {}, name);
  }
}
