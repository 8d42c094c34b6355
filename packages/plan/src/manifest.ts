import type { Json } from '@unitscope/base';
import type { TapKind } from './models-spec.js';
import type { StatisticsSpec } from './spec.js';

// In an object, so that a bundle has it in one place: tests make another release of it there.
const RELEASE = { semantics: 3 };

/** Rises only when the numbers would change for the same inputs: it is part of every content key. */
export const SEMANTICS_VERSION = RELEASE.semantics;

const FORMAT = 'unitscope.manifest/1';

/** A value of a checkpoint's metadata; null where the log has an empty field. */
export type MetaValue = string | number | boolean | null;

/** A file that takes part in a checkpoint. `name` is relative to the checkpoint's own folder. */
export interface ManifestFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface ManifestLayer {
  readonly name: string;
  /** Position among the network's convolutions, from 0. */
  readonly index: number;
  /** The tensor that is looked at. */
  readonly tap: string;
  readonly units: number;
  /** N of its N×N maps. */
  readonly size: number;
  /** Height and width of its maps, where they are not square and their centred square is measured. */
  readonly croppedFrom?: MapShape;
  /** The activation that the tap includes; null: none. Manifests of the first semantics version do not say. */
  readonly activation?: string | null;
  /** The normalisations that the tap includes; null: none. */
  readonly norm?: string | null;
  /** Where the search for the tap ended, if a reader should know. */
  readonly note?: string;
}

/** Height and width. */
export type MapShape = readonly [number, number];

export interface UnmeasuredLayer {
  readonly name: string;
  readonly reason: string;
}

/** The layers of one architecture; checkpoints of one architecture share it. */
export interface LayerSet {
  readonly layers: readonly ManifestLayer[];
  readonly unmeasured: readonly UnmeasuredLayer[];
  /** Convolutions that are no layers, because their maps cannot be looked at. */
  readonly unseen?: readonly UnmeasuredLayer[];
  /** Images a forward pass. */
  readonly batchSize: number;
  /** Why that is one, where images would influence each other in a batch. */
  readonly alone?: string;
  /** At which the network is run, where it leaves height or width open. */
  readonly inputSize?: MapShape;
}

export interface ManifestModel {
  readonly format: string;
  /** Where the checkpoint was found: an absolute path. A worker elsewhere reads `inputs/<sha256>` instead. */
  readonly path: string;
  readonly files: readonly ManifestFile[];
  readonly backend: string;
  readonly layerSet: number;
  /** Weights that take the place of those of the graph in `files`. */
  readonly weights?: ManifestWeights;
}

/** A file of weights, with those that it names. */
export interface ManifestWeights {
  readonly path: string;
  readonly files: readonly ManifestFile[];
  readonly inside?: string;
  readonly prefix?: string;
  /** Square factors that the exporter of the graph has turned, by the names of initializers. */
  readonly turned?: readonly string[];
}

export interface ManifestCheckpoint {
  readonly label: string;
  /**
   * SHA-256 over the checkpoint's files; of weights that were bound to a graph, over its structure and their values; for
   * activation files made elsewhere, over their identities.
   */
  readonly digest: string;
  readonly meta: Readonly<Record<string, MetaValue>>;
  readonly model?: ManifestModel;
}

export interface ManifestImage {
  readonly label: string;
  readonly sha256: string;
  readonly encoding: string;
}

/** An image that the draw fell on and that cannot be decoded; the next one stands in its place. */
export interface SkippedImage {
  readonly label: string;
  readonly reason: string;
}

export interface ManifestCategory {
  readonly label: string;
  readonly images: readonly ManifestImage[];
  readonly skipped?: readonly SkippedImage[];
}

/** A file made elsewhere: known by its SHA-256, or by what the store says of it. */
export type FileIdentity = { readonly sha256: string } | { readonly etag: string; readonly bytes: number };

export interface ManifestSourceFile {
  /** A path, or a key of the store. */
  readonly location: string;
  readonly identity: FileIdentity;
  readonly bytes: number;
}

/** One (checkpoint, layer, category) of a sweep over files made elsewhere; several files may hold its rows. */
export interface ManifestFileCell {
  readonly checkpoint: number;
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly category: string | null;
  readonly size: number;
  readonly files: readonly ManifestSourceFile[];
}

export interface ModelsManifest {
  readonly kind: 'models';
  readonly layerSets: readonly LayerSet[];
  readonly categories: readonly ManifestCategory[];
  /** How the images are found again on this machine (the spec's `images`, its paths absolute). */
  readonly images: Readonly<Record<string, unknown>>;
  readonly maxPixels: number;
  /** Where layers are looked at; absent: after-activation. */
  readonly tap?: TapKind;
  /** The whole preprocessing, presets resolved. */
  readonly preprocess: Json;
  /** The library and version that decodes and resizes images. */
  readonly imageLibrary: string;
  /** What was seen while the spec was looked up and its author should know. */
  readonly notices?: readonly string[];
  /** The metadata that tells trainings apart, where the spec names it. */
  readonly run?: readonly string[];
}

/** Images that maps made elsewhere are of: only shown, by category and label. */
export type ShownImages = Pick<ModelsManifest, 'categories' | 'images' | 'maxPixels' | 'preprocess'>;

/** A sweep over files made elsewhere: activations/1, or measurements/1. */
export interface FilesManifest {
  readonly kind: 'activations' | 'measurements';
  /** Sorted by checkpoint, layer index, layer, category. */
  readonly cells: readonly ManifestFileCell[];
  /** The metadata that tells trainings apart, where the spec names it. */
  readonly run?: readonly string[];
  /** Where the spec names images. Of the categories of the cells; no number depends on them. */
  readonly shown?: ShownImages;
}

/** What a spec came to when its globs, digests and layers were looked up: all that a plan derives from. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly sweep: string;
  readonly specDigest: string;
  readonly semantics: number;
  /** Digest of what the kernel makes of fixed maps: whoever computes has the same one. */
  readonly kernel?: string;
  readonly density: number;
  readonly statistics: StatisticsSpec;
  readonly keepActivations: boolean;
  /** Codec of the kept feature maps; absent: none. */
  readonly compression?: 'lz4' | 'zstd';
  readonly keepBirths: boolean;
  readonly checkpoints: readonly ManifestCheckpoint[];
  readonly source: ModelsManifest | FilesManifest;
}

/** What a manifest's tasks and cells follow from. */
export type ManifestWork = Pick<Manifest, 'source' | 'checkpoints'>;

export const manifestFormat = FORMAT;
