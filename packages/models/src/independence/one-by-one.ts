import type { Layer } from '../layer.js';
import type { InputSize, MapMemory, Model, ModelFormat, OnMaps } from '../model.js';

/** A model through which images go one at a time, because in a batch they would influence each other. */
export class OneByOne implements Model {
  readonly format: ModelFormat;
  readonly backend: string;

  constructor(
    private readonly model: Model,
    readonly alone: string,
  ) {
    this.format = model.format;
    this.backend = model.backend;
  }

  get input(): InputSize {
    return this.model.input;
  }

  get unseen(): Model['unseen'] {
    return this.model.unseen;
  }

  get layers(): readonly Layer[] {
    return this.model.layers;
  }

  async forward(
    images: Float32Array,
    count: number,
    layers: readonly Layer[],
    onMaps: OnMaps,
    memory?: MapMemory,
  ): Promise<void> {
    if (count === 1) {
      await this.model.forward(images, 1, layers, onMaps, memory);
      return;
    }
    const size = images.length / count;
    const whole = new Map<Layer, Float32Array>();
    for (let image = 0; image < count; image++) {
      const one = images.subarray(image * size, (image + 1) * size);
      await this.model.forward(one, 1, layers, (layer, maps) => {
        const all = whole.get(layer) ?? new Float32Array(count * maps.length);
        all.set(maps, image * maps.length);
        whole.set(layer, all);
      });
    }
    for (const [layer, maps] of whole) await onMaps(layer, maps, 1);
  }

  async l1Norms(layer: Layer): Promise<Float64Array | null> {
    return await this.model.l1Norms(layer);
  }

  async dispose(): Promise<void> {
    await this.model.dispose();
  }
}
