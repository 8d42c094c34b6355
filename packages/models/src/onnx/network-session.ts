/** Floats that lie somewhere, and their sizes. */
export interface Floats {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** What a network made. `data` is a Float32Array where `type` is float32. */
export interface MadeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

export type Outputs = Readonly<Record<string, MadeTensor>>;

/** A network that is ready to run, by one of the ways to onnxruntime. Throws what onnxruntime says. */
export interface NetworkSession {
  /** Runs it on `feeds`; the tensors `names` are made in memory of their own. */
  run(feeds: Readonly<Record<string, Floats>>, names: readonly string[]): Promise<Outputs>;
  /** Runs it, and has the tensors that `places` names written there. */
  runInto(feeds: Readonly<Record<string, Floats>>, places: Readonly<Record<string, Floats>>): Promise<void>;
  release(): Promise<void>;
}
