import { join, relative } from 'node:path';
import type { ResultCheckpoint, SweepResults } from '@unitscope/query';
import type { Workshop } from '../claims/workshop.js';
import { nameOf, titleOf, type Configuration } from './configuration.js';
import { imagesSpec, PREPROCESS } from './example-images.js';
import { layerMeasures, type LayerMeasures } from '../measures/layer-measures.js';
import { joinLogs } from './training-pool.js';
import { cleanRun, type TrainingRun } from './training-run.js';

/** The path of a network says what it is: `vgg-pooling-plain/clean/seed-1/step-0008.onnx`. */
const PATTERN =
  '(?<run>(?<maps>[a-z]+)-(?<head>[a-z]+)-(?<norm>[a-z]+)/(?<labels>[a-z0-9.-]+)/seed-(?<seed>\\d+)/step-(?<step>\\d+))\\.onnx$';

/** A snapshot of a network, measured. */
export interface MeasuredNetwork {
  readonly configuration: Configuration;
  /** `VGG-like, pooling head` */
  readonly title: string;
  /** How it was trained: `clean`, `rate-0.001`, `corrupted-040`, `setting-plain` … */
  readonly labels: string;
  readonly seed: number;
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly heldOutAccuracy: number;
  readonly layers: readonly LayerMeasures[];
}

/** The trainings with true labels of all configurations and seeds. */
export function cleanRuns({ settings, images }: Workshop, rate?: number): TrainingRun[] {
  return settings.configurations.flatMap((configuration) =>
    seeds(settings.seeds).map((seed) =>
      cleanRun(images.source, settings, configuration, seed, rate === undefined ? {} : { rate }),
    ),
  );
}

/** The snapshots before the first step and after the last. */
export function firstAndLast({ steps }: TrainingRun): string[] {
  return ['step-0000', `step-${String(steps).padStart(4, '0')}`];
}

export function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Trains, and measures the snapshots that `globs` name in each run's folder, on the images that were learned. */
export async function measureRuns(
  workshop: Workshop,
  sweep: string,
  runs: readonly TrainingRun[],
  globs: (run: TrainingRun) => readonly string[],
  layers?: readonly string[],
): Promise<MeasuredNetwork[]> {
  await workshop.train(runs);
  const { networks, specs, images } = workshop;
  const log = join(networks, `${sweep}.csv`);
  await joinLogs(networks, runs, log);
  const results = await workshop.sweep(sweep, {
    checkpoints: runs.flatMap((run) =>
      globs(run).map((glob) => ({
        path: relative(specs, join(networks, run.name, `${glob}.onnx`)),
        pattern: PATTERN,
      })),
    ),
    log: { path: relative(specs, log), on: 'run' },
    images: imagesSpec(images, runs[0]?.perCategory ?? 1),
    preprocess: PREPROCESS,
    ...(layers && { layers: [...layers] }),
  });
  return await measuredNetworks(results);
}

/** Every checkpoint of a sweep of trained networks. */
async function measuredNetworks(results: SweepResults): Promise<MeasuredNetwork[]> {
  const found: MeasuredNetwork[] = [];
  for (const checkpoint of results.checkpoints) {
    const text = (name: string): string => String(checkpoint.meta[name] ?? '');
    const configuration = { maps: text('maps'), head: text('head'), norm: text('norm') } as Configuration;
    found.push({
      configuration,
      title: titleOf(configuration),
      labels: text('labels'),
      seed: numberAt(checkpoint, 'seed'),
      step: numberAt(checkpoint, 'step'),
      loss: numberAt(checkpoint, 'loss'),
      accuracy: numberAt(checkpoint, 'accuracy'),
      heldOutAccuracy: numberAt(checkpoint, 'held_out_accuracy'),
      layers: layerMeasures(await results.units(checkpoint)),
    });
  }
  return found;
}

export function numberAt({ meta }: ResultCheckpoint, name: string): number {
  const value = meta[name];
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
}

/** The networks of one configuration, of each seed from the first step to the last. */
export function trainings(
  networks: readonly MeasuredNetwork[],
  configuration: Configuration,
): MeasuredNetwork[][] {
  const own = networks.filter((network) => nameOf(network.configuration) === nameOf(configuration));
  return [...new Set(own.map(({ seed }) => seed))]
    .sort((a, b) => a - b)
    .map((seed) => own.filter((network) => network.seed === seed).sort((a, b) => a.step - b.step));
}
