import { SWEEPS_FOLDER } from '@unitscope/plan';
import { labelSegment } from '@unitscope/store';

const RESULT = /^\/results\/(?:units|layers|births)\/[^/]+\.arrow$/;

const ABLATION = /^[0-9a-f]{16}\.arrow$/;
const NOTES = /^\d{12}\.json$/;
const PART = /^\d+-of-\d+\.json$/;

/** The store's keys of one sweep's own objects. */
export class SweepObjects {
  readonly root: string;
  readonly spec: string;
  readonly manifest: string;
  /** Who took the name: the lease under which it was taken. */
  readonly launch: string;
  readonly failures: string;
  readonly checkpoints: string;
  /** Where the objects of its cells are; there when it has ended. */
  readonly objects: string;
  /** Its layers tables in one; there when it has ended. */
  readonly allLayers: string;
  /** Where along each training its units are sensitive; there when it has ended. */
  readonly alive: string;
  /** How far a run of the in-process engine is; there while it runs. */
  readonly progress: string;
  /** How far each part of it is, where it is done in parts; there until its tables are made. */
  readonly parts: string;
  /** There from when such a run is told to stop until it does. */
  readonly stop: string;
  /** Where it was launched on Temporal last. */
  readonly execution: string;
  /** The curves of its ablations, an object each. */
  readonly ablations: string;
  /** What people wrote of it; each writing is an object. */
  readonly notes: string;

  constructor(sweep: string) {
    this.root = `${SWEEPS_FOLDER}${sweep}`;
    this.spec = `${this.root}/spec.yaml`;
    this.manifest = `${this.root}/manifest.json`;
    this.launch = `${this.root}/launch.json`;
    this.failures = `${this.root}/failures.arrow`;
    this.checkpoints = `${this.root}/results/checkpoints.arrow`;
    this.objects = `${this.root}/results/objects.arrow`;
    this.allLayers = `${this.root}/results/layers.arrow`;
    this.alive = `${this.root}/results/alive.arrow`;
    this.progress = `${this.root}/progress.json`;
    this.parts = `${this.root}/progress/`;
    this.stop = `${this.root}/stop.json`;
    this.execution = `${this.root}/execution.json`;
    this.ablations = `${this.root}/ablations/`;
    this.notes = `${this.root}/notes/`;
  }

  partProgress({ index, count }: { readonly index: number; readonly count: number }): string {
    return `${this.parts}${index}-of-${count}.json`;
  }

  ablation(id: string): string {
    return `${this.ablations}${id}.arrow`;
  }

  notesVersion(version: number): string {
    return `${this.notes}${String(version).padStart(12, '0')}.json`;
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

  /** Whether a key is of a sweep's own object: what else lies in its folder is of someone else. */
  owns(key: string): boolean {
    if ([this.spec, this.manifest, this.launch, this.failures].includes(key)) return true;
    if ([this.checkpoints, this.objects, this.allLayers, this.alive].includes(key)) return true;
    if ([this.progress, this.stop, this.execution].includes(key)) return true;
    if (key.startsWith(this.ablations)) return ABLATION.test(key.slice(this.ablations.length));
    if (key.startsWith(this.notes)) return NOTES.test(key.slice(this.notes.length));
    if (key.startsWith(this.parts)) return PART.test(key.slice(this.parts.length));
    return key.startsWith(`${this.root}/results/`) && RESULT.test(key.slice(this.root.length));
  }

  #result(table: string, checkpoint: string): string {
    return `${this.root}/results/${table}/${labelSegment(checkpoint)}.arrow`;
  }
}
