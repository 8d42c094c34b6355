import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { SweepProgress } from '@unitscope/engine';
import { claimSweep } from './claims/claim-sweep.js';
import type { Workshop } from './claims/workshop.js';
import { exampleImages, type GivenImages } from './networks/example-images.js';
import { trainAll } from './networks/training-pool.js';
import { takeFolder } from './own-folder.js';
import { realNetwork, type RealNetworkOptions } from './real/real-network.js';
import type { Settings } from './settings.js';

/** Where what is measured goes, and from what. */
export interface WorkshopOptions {
  /** The folder of everything: networks, specs, store, tables, charts, page. */
  readonly out: string;
  /** What to train on. */
  readonly images?: GivenImages | undefined;
  /** An ONNX network and photographs. */
  readonly real?: RealNetworkOptions | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onTrained?: (name: string, done: number, total: number) => void;
  readonly onSweep?: (name: string, progress: SweepProgress) => void;
}

/** Takes the folder `out` and opens what images and networks are given. Throws the InputErrors of both, ReproductionFolderError. */
export async function openWorkshop(options: WorkshopOptions, settings: Settings): Promise<Workshop> {
  const out = resolve(options.out);
  const { threads, signal, onSweep, onTrained } = options;
  const specs = join(out, 'specs');
  await takeFolder(out);
  const networks = join(out, 'networks');
  const copies = join(out, 'copies');
  for (const folder of [specs, networks, copies]) await mkdir(folder, { recursive: true });
  return {
    settings,
    images: await exampleImages(options.images),
    real: options.real === undefined ? null : await realNetwork(options.real, copies),
    networks,
    copies,
    specs,
    threads,
    signal,
    onProgress: onSweep,
    train: (runs) =>
      trainAll(networks, runs, {
        processes: threads ?? availableParallelism(),
        signal,
        onTrained: (run, done, total) => onTrained?.(run.name, done, total),
      }),
    sweep: (name, models, sweepOptions) =>
      claimSweep(
        { specs, store: join(out, 'store'), threads, signal, onProgress: onSweep },
        name,
        models,
        sweepOptions,
      ),
  };
}
