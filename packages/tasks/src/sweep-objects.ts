import { labelSegment } from '@unitscope/store';

/** The store's keys of one sweep's own objects. */
export class SweepObjects {
  readonly root: string;
  readonly spec: string;
  readonly manifest: string;
  readonly failures: string;
  readonly checkpoints: string;

  constructor(sweep: string) {
    this.root = `sweeps/${sweep}`;
    this.spec = `${this.root}/spec.yaml`;
    this.manifest = `${this.root}/manifest.json`;
    this.failures = `${this.root}/failures.arrow`;
    this.checkpoints = `${this.root}/results/checkpoints.arrow`;
  }

  units(checkpoint: string): string {
    return this.#result('units', checkpoint);
  }

  layers(checkpoint: string): string {
    return this.#result('layers', checkpoint);
  }

  births(checkpoint: string): string {
    return this.#result('births', checkpoint);
  }

  #result(table: string, checkpoint: string): string {
    return `${this.root}/results/${table}/${labelSegment(checkpoint)}.arrow`;
  }
}
