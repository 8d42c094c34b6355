import { join, relative } from 'node:path';
import type { Workshop } from '../claims/workshop.js';
import { layerMeasures, type LayerMeasures } from '../measures/layer-measures.js';
import { numberAt } from '../networks/clean-networks.js';
import { imagesSpec, PREPROCESS } from '../networks/example-images.js';
import { writeMeasures } from './measures-table.js';
import type { ZooNetwork } from './design.js';

/** A snapshot of a network of the zoo. */
export interface ZooCheckpoint {
  readonly network: ZooNetwork;
  readonly step: number;
  /** What its training logged: loss, accuracy, held_out_accuracy and the rivals. */
  readonly logged: Readonly<Record<string, number>>;
  readonly last: LayerMeasures;
}

const PATTERN = 'zoo/(?<network>[a-z0-9-]+)/step-(?<step>\\d+)\\.onnx$';

/** Trains the zoo and sweeps over all its snapshots, as a user would: their own measures join by measures.arrow. */
export async function zooCheckpoints(
  workshop: Workshop,
  zoo: readonly ZooNetwork[],
): Promise<ZooCheckpoint[]> {
  const { networks, specs, images } = workshop;
  await workshop.train(zoo.map(({ run }) => run));
  for (const { run } of zoo) await writeMeasures(join(networks, run.name));
  const found: ZooCheckpoint[] = [];
  for (const lastLayer of new Set(zoo.map((network) => network.lastLayer))) {
    const own = zoo.filter((network) => network.lastLayer === lastLayer);
    const results = await workshop.sweep(`zoo-${lastLayer}`, {
      checkpoints: own.map(({ run }) => ({
        path: relative(specs, join(networks, run.name, 'step-*.onnx')),
        pattern: PATTERN,
      })),
      log: { path: relative(specs, join(networks, 'zoo', '*', 'measures.arrow')), on: 'step' },
      layers: [lastLayer],
      images: imagesSpec(images, own[0]?.run.perCategory ?? 1),
      preprocess: PREPROCESS,
    });
    for (const checkpoint of results.checkpoints) {
      const network = own.find(({ name }) => name === checkpoint.meta['network']);
      const [last] = layerMeasures(await results.units(checkpoint));
      if (network === undefined || last === undefined) continue;
      const logged = Object.keys(checkpoint.meta).map((name) => [name, numberAt(checkpoint, name)] as const);
      found.push({
        ...{ network, last, step: numberAt(checkpoint, 'step') },
        logged: Object.fromEntries(logged.filter(([, value]) => Number.isFinite(value))),
      });
    }
  }
  return found;
}

/** Each network at its last step. */
export function lastCheckpoints(checkpoints: readonly ZooCheckpoint[]): ZooCheckpoint[] {
  const last = new Map<ZooNetwork, ZooCheckpoint>();
  for (const checkpoint of checkpoints)
    if (checkpoint.step > (last.get(checkpoint.network)?.step ?? -1))
      last.set(checkpoint.network, checkpoint);
  return [...last.values()];
}
