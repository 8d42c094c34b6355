import { seededShuffle } from '@unitscope/base';

export const SIDE = 28;
const PIXELS = SIDE * SIDE;

export interface LabelledImages {
  /** images × 28 × 28 grey values, preprocessed. */
  readonly images: Float32Array;
  /** One class, 0 … 9, an image. */
  readonly labels: Uint8Array;
}

function slice({ images, labels }: LabelledImages, start: number, end: number): LabelledImages {
  return { images: images.slice(start * PIXELS, end * PIXELS), labels: labels.slice(start, end) };
}

export function gather({ images, labels }: LabelledImages, indices: readonly number[]): LabelledImages {
  const gathered = {
    images: new Float32Array(indices.length * PIXELS),
    labels: new Uint8Array(indices.length),
  };
  indices.forEach((source, target) => {
    gathered.images.set(images.subarray(source * PIXELS, (source + 1) * PIXELS), target * PIXELS);
    gathered.labels[target] = labels[source] ?? 0;
  });
  return gathered;
}

const EVALUATION_BATCH = 250;

/** All images in their order, some at once. */
export function* evaluationBatches(set: LabelledImages): Generator<LabelledImages, void> {
  for (let start = 0; start < set.labels.length; start += EVALUATION_BATCH)
    yield slice(set, start, start + EVALUATION_BATCH);
}

/** At most `limit` images spread evenly over the set. */
export function evenSample(set: LabelledImages, limit: number): LabelledImages {
  const count = set.labels.length;
  const size = Math.min(count, limit);
  return gather(
    set,
    Array.from({ length: size }, (_, index) => Math.floor((index * count) / size)),
  );
}

/** Endless batches; every epoch sees each image once, in an order of its own. */
export function* batchIndices(count: number, batchSize: number, seed: number): Generator<number[], never> {
  let queue: number[] = [];
  for (let epoch = 0; ;) {
    while (queue.length < batchSize) queue = queue.concat(seededShuffle(count, `${seed}/${epoch++}`));
    yield queue.splice(0, batchSize);
  }
}
