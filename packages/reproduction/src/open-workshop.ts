import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { SweepProgress } from '@unitscope/engine';
import { writeWhole } from '@unitscope/process';
import { openStore } from '@unitscope/store';
import { Lease } from '@unitscope/tasks';
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

/**
 * Takes the folder `out`, opens what images and networks are given, and lets go of the folder after `work`. Throws the
 * InputErrors of both, ReproductionFolderError, HeldError where another process works in the folder.
 */
export async function inWorkshop<T>(
  options: WorkshopOptions,
  settings: Settings,
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  const out = resolve(options.out);
  await takeFolder(out);
  const lease = await Lease.take(await openStore(join(out, 'store')), LEASE, { purpose: 'run', what: out });
  try {
    const signals = [lease.lost, ...(options.signal === undefined ? [] : [options.signal])];
    return await work(await openWorkshop({ ...options, out, signal: AbortSignal.any(signals) }, settings));
  } finally {
    await lease.release();
  }
}

/** Of the whole folder, beside those of its sweeps. */
const LEASE = 'leases/reproduction/';

async function openWorkshop(options: WorkshopOptions, asked: Settings): Promise<Workshop> {
  const { out, threads, signal, onSweep, onTrained } = options;
  const specs = join(out, 'specs');
  const networks = join(out, 'networks');
  const copies = join(out, 'copies');
  const images = await exampleImages(options.images);
  const settings = { ...asked, classes: images.classes };
  await forgetOthers(networks, images.digest);
  for (const folder of [specs, networks, copies]) await mkdir(folder, { recursive: true });
  return {
    settings,
    images,
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

/** Removes networks that were trained on files that had another content. */
async function forgetOthers(networks: string, digest: string | null): Promise<void> {
  if (digest === null) return;
  const path = join(networks, 'images.sha256');
  const found = await readFile(path, 'utf8').catch(() => null);
  if (found === digest) return;
  await rm(networks, { recursive: true, force: true });
  await mkdir(networks, { recursive: true });
  await writeWhole(path, digest);
}
