// Networks of real shapes with random weights: what they cost is what the real ones cost.
import { onnxBytes } from './onnx-bytes.mjs';

/** Convolutions and their activations one after another, with weights that keep the activations' scale. */
class Chain {
  nodes = [];
  weights = {};
  #last = 'image';
  #input;
  #channels;
  #seed;

  constructor(seed = 1, channels = 3) {
    this.#input = this.#channels = channels;
    this.#seed = seed * 1000;
  }

  /**
   * @param {string} name
   * @param {number} units
   * @param {{ kernel?: number; stride?: number; depthwise?: boolean; activation?: string | null }} [options]
   */
  conv(name, units, { kernel = 3, stride = 1, depthwise = false, activation = null } = {}) {
    const groups = depthwise ? this.#channels : 1;
    const inputs = this.#channels / groups;
    const fanIn = inputs * kernel * kernel;
    const low = (kernel - 1) >> 1;
    this.weights[`${name}_w`] = {
      dims: [units, inputs, kernel, kernel],
      values: this.#noise(units * fanIn, Math.sqrt((activation === null ? 3 : 6) / fanIn)),
    };
    this.weights[`${name}_b`] = { dims: [units], values: this.#noise(units, 0.1) };
    this.nodes.push({
      op: 'Conv',
      inputs: [this.#last, `${name}_w`, `${name}_b`],
      output: name,
      attributes: {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        pads: [low, low, low, low],
        group: groups,
      },
    });
    [this.#last, this.#channels] = [name, units];
    if (activation !== null)
      this.#op(activation, `${name}_relu`, activation === 'Clip' ? ['six_low', 'six'] : []);
    return this;
  }

  pool(name) {
    return this.#op('MaxPool', name, [], { kernel_shape: [2, 2], strides: [2, 2] });
  }

  add(name, other) {
    return this.#op('Add', name, [other]);
  }

  get last() {
    return this.#last;
  }

  get channels() {
    return this.#channels;
  }

  bytes(size) {
    return onnxBytes(this.parts(size));
  }

  /** What onnxBytes writes. */
  parts(size) {
    this.#op('GlobalAveragePool', 'pooled', []);
    Object.assign(this.weights, {
      six_low: { dims: [], values: new Float32Array([0]) },
      six: { dims: [], values: new Float32Array([6]) },
    });
    return {
      input: ['images', this.#input, size, size],
      nodes: this.nodes,
      weights: this.weights,
      output: 'pooled',
      outputShape: ['images', this.#channels, 1, 1],
    };
  }

  #op(op, name, inputs, attributes = {}) {
    this.nodes.push({ op, inputs: [this.#last, ...inputs], output: name, attributes });
    this.#last = name;
    return this;
  }

  #noise(length, scale) {
    const values = new Float32Array(length);
    let state = (this.#seed++ * 2654435761) >>> 0 || 1;
    for (let i = 0; i < length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      values[i] = ((state >>> 0) / 2 ** 31 - 1) * scale;
    }
    return values;
  }
}

/** The 13 convolutions of VGG-16, each with its ReLU: 13.5 M floats an image at 224². */
export function vgg16(size = 224) {
  const chain = new Chain();
  [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ].forEach(([units, repeats], block) => {
    for (let i = 0; i < repeats; i++) chain.conv(`conv${block + 1}_${i + 1}`, units, { activation: 'Relu' });
    chain.pool(`pool${block + 1}`);
  });
  return chain.bytes(size);
}

/** [expansion, kernel, stride of the first, channels, repeats] of the stages of EfficientNet-Lite0. */
const STAGES = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
];

/** EfficientNet-Lite0 with its 49 convolutions, batch norms folded in: 6.2 M floats an image after ReLU6 at 224². */
export function efficientNetLite0(size = 224) {
  const chain = new Chain().conv('stem', 32, { stride: 2, activation: 'Clip' });
  let block = 0;
  for (const [expansion, kernel, firstStride, channels, repeats] of STAGES) {
    for (let i = 0; i < repeats; i++, block++) {
      const [before, width] = [chain.last, chain.channels];
      const stride = i === 0 ? firstStride : 1;
      if (expansion > 1) chain.conv(`b${block}_expand`, width * expansion, { kernel: 1, activation: 'Clip' });
      chain.conv(`b${block}_dw`, chain.channels, { kernel, stride, depthwise: true, activation: 'Clip' });
      chain.conv(`b${block}_project`, channels, { kernel: 1 });
      if (stride === 1 && width === channels) chain.add(`b${block}_add`, before);
    }
  }
  return chain.conv('head', 1280, { kernel: 1, activation: 'Clip' }).bytes(size);
}

/** The 17 large convolutions of ResNet-18 one after another: 11.0 M weights. */
export function resnet18Size(seed = 1, size = 224) {
  const chain = new Chain(seed).conv('stem', 64, { kernel: 7, stride: 2, activation: 'Relu' }).pool('pool');
  for (const [stage, units] of [64, 128, 256, 512].entries())
    for (let i = 0; i < 4; i++)
      chain.conv(`layer${stage + 1}_${i}`, units, {
        stride: stage > 0 && i === 0 ? 2 : 1,
        activation: 'Relu',
      });
  return chain.parts(size);
}

/** So many convolutions, each with its ReLU, of maps of size / stride: the network of the growth benchmark. */
export function smallNetwork(layers, units, options) {
  return onnxBytes(smallNetworkParts(layers, units, options));
}

/** The same, as onnxBytes takes it. */
export function smallNetworkParts(layers, units, { size = 14, stride = 1, channels = 3, seed = 1 } = {}) {
  const chain = new Chain(seed, channels);
  for (let layer = 0; layer < layers; layer++) {
    const name = `conv${String(layer).padStart(3, '0')}`;
    chain.conv(name, units, { stride: layer === 0 ? stride : 1, activation: 'Relu' });
  }
  return chain.parts(size);
}
