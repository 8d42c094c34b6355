import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerRequests } from '@unitscope/process';
import { trainExampleCnn } from '@unitscope/training';
import { loadImages, type TrainingImages } from './example-images.js';
import { RUN_FILE, type TrainingRun } from './training-run.js';

// A process of its own that trains networks, one after another, as its parent asks.

export interface TrainingRequest {
  readonly run: TrainingRun;
  readonly networks: string;
}
export type TrainingReply = { readonly done: string } | { readonly failed: string };

const loaded = new Map<string, Promise<TrainingImages>>();

async function train({ run, networks }: TrainingRequest): Promise<void> {
  const key = JSON.stringify([run.source, run.perCategory, run.heldOut]);
  const loading = loaded.get(key) ?? loadImages(run.source, run.perCategory, run.heldOut);
  loaded.set(key, loading);
  const images = await loading;
  const folder = join(networks, run.name);
  await rm(folder, { recursive: true, force: true });
  await trainExampleCnn({ ...run, ...images, folder });
  await writeFile(join(folder, RUN_FILE), JSON.stringify(run));
}

answerRequests((request: TrainingRequest) =>
  train(request).then(
    (): TrainingReply => ({ done: request.run.name }),
    (error: unknown): TrainingReply => ({ failed: String(error) }),
  ),
);
